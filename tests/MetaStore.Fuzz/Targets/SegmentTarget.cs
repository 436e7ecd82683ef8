using MetaStore.Fuzz.Inputs;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Raft.Storage.Wal.Verification;

namespace MetaStore.Fuzz.Targets;

/// <summary>
/// The segments of a log as recovery reads them. The input is their records, from which whole files are written, and what is overwritten in these: a torn end,
/// a damaged middle. What is read must be read again after its repair, and go on.
/// </summary>
internal static class SegmentTarget
{
    private const string Folder = "/wal";
    private const ulong Cluster = 0xC1;
    private const ulong Node = 7;
    private const int SegmentBytes = 16 << 10;
    private const int FileBytesMax = 64 << 10;

    /// <summary>Above it a log cannot have all the segments that an input adds; numbers of more than 32 bits are refused.</summary>
    private const ulong LastSequence = uint.MaxValue - (1 << 20);

    private enum Step : byte
    {
        Record,
        EndOfFrame,
        FrameWithOtherNumbers,
        NextSegment,
        Overwrite,
        Cut,
    }

    public static void Run(byte[] input)
    {
        MemoryDisk disk = Written(input);
        WalVerification verified = WalVerifier.Run(Folder, disk);
        try
        {
            WalInspector.Print(Folder, TextWriter.Null, withRecords: true, disk);
            WalRecovery first = Open(disk, appends: true);
            if (verified.ExitCode != ExitCodes.Ok)
            {
                throw new InvalidOperationException($"it is opened, and verification says: {verified.Summary}");
            }

            WalRecovery second = Open(disk, appends: false);
            if (second.TailRepaired || second.LastIndex != first.LastIndex || second.Entries.Count != first.Entries.Count || second.HardState != first.HardState)
            {
                throw new InvalidOperationException("it is not opened again as it was left");
            }
        }
        catch (StorageException refused)
        {
            if (verified.ExitCode != refused.ExitCode)
            {
                throw new InvalidOperationException($"it is refused, and verification says: {verified.Summary}", refused);
            }
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        byte[] entry = Payload(RecordPayload.EntryHeaderBytes + 3, static target => RecordPayload.WriteEntry(new Entry(3, 1, EntryType.Normal, new byte[] { 1, 2, 3 }), target));
        byte[] next = Payload(RecordPayload.EntryHeaderBytes + 200, static target => RecordPayload.WriteEntry(new Entry(3, 2, EntryType.Normal, new byte[200]), target));
        byte[] state = Payload(RecordPayload.HardStateBytes, static target => RecordPayload.WriteHardState(new HardState(3, 1, 1), target));
        var marker = new MarkerRecord(new SnapshotMetadata(9, 3, new ConfState([1, 7], [], [], [], false)), new byte[32], Carried: false);
        byte[] marked = Payload(RecordPayload.MarkerBytes(marker), target => RecordPayload.WriteMarker(marker, target));
        byte[] frame = [.. Record(RecordType.Entry, entry), .. Record(RecordType.HardState, state), (byte)Step.EndOfFrame];
        byte[] later = [.. Record(RecordType.Entry, next), .. Record(RecordType.Entry, next), (byte)Step.EndOfFrame];
        byte[] seal = [.. Record(RecordType.Seal, Payload(RecordPayload.SealBytes, static target => RecordPayload.WriteSeal(new SealRecord(2, 0, 1), target))), (byte)Step.EndOfFrame];
        foreach (byte version in (byte[])[1, 2])
        {
            byte[] header = Header(version, sequence: 1, firstIndex: 1);
            yield return [.. header, .. frame, .. later];
            yield return [.. header, .. frame, .. Record(RecordType.SnapshotMarker, marked), (byte)Step.EndOfFrame];
            yield return [.. header, .. frame, .. seal, (byte)Step.NextSegment, .. later];

            // Torn: the sector after the first of the last frame, and the end of the file.
            yield return [.. header, .. frame, .. later, (byte)Step.Overwrite, .. BitConverter.GetBytes((ushort)(8192 + 512)), 200, .. new byte[200]];
            yield return [.. header, .. frame, (byte)Step.Overwrite, 0, 0x30, 3, 1, 2, 3];
            yield return [.. header, .. frame, (byte)Step.Cut, 0, 0x30];
        }

        yield return [.. Header(2, sequence: 5, firstIndex: 10), .. Record(RecordType.SnapshotMarker, marked), .. Record(RecordType.HardState, state), (byte)Step.EndOfFrame];
    }

    private static MemoryDisk Written(byte[] input)
    {
        var reader = new InputReader(input);
        var disk = new MemoryDisk();
        SegmentHeader header = ReadHeader(ref reader);
        var segment = new SegmentBuilder(header);
        byte[]? file = null;
        while (!reader.IsAtEnd)
        {
            switch ((Step)(reader.Byte() % 6))
            {
                case Step.Record:
                    segment.Add(reader.Byte(), reader.Bytes());
                    break;
                case Step.EndOfFrame:
                    segment.EndFrame(0, 0, 0);
                    break;
                case Step.FrameWithOtherNumbers:
                    segment.EndFrame(reader.UInt64(), reader.UInt64(), (sbyte)reader.Byte());
                    break;
                case Step.NextSegment:
                    disk.Add(Path.Combine(Folder, segment.Name), file ?? segment.ToFile(FileBytes(header)));
                    header = header with
                    {
                        Sequence = header.Sequence + 1,
                        FirstIndex = header.FirstIndex + reader.Byte(),
                        PreviousChain = segment.Chain,
                        FirstFrame = segment.NextFrame,
                        Nonce = header.Nonce + 1,
                    };
                    (segment, file) = (new SegmentBuilder(header), null);
                    break;
                case Step.Overwrite:
                    file ??= segment.ToFile(FileBytes(header));
                    Span<byte> target = file.AsSpan(Math.Min(reader.UInt16(), file.Length));
                    ReadOnlySpan<byte> bytes = reader.Bytes();
                    bytes[..Math.Min(bytes.Length, target.Length)].CopyTo(target);
                    break;
                default:
                    file = segment.ToFile(FileBytes(header));
                    file = file[..Math.Min(reader.UInt16(), file.Length)];
                    break;
            }
        }

        disk.Add(Path.Combine(Folder, segment.Name), file ?? segment.ToFile(FileBytes(header)));
        return disk;
    }

    private static WalRecovery Open(MemoryDisk disk, bool appends)
    {
        var options = new WalOptions
        {
            Directory = Folder,
            ClusterId = Cluster,
            NodeId = Node,
            SegmentBytes = SegmentBytes,
            FirstSegmentBytes = SegmentBytes,
            Disk = disk,
            NonceSource = static () => 77,
        };
        using var writer = WalWriter.Open(options, out WalRecovery recovery);
        if (appends)
        {
            writer.ConfirmTail();
        }

        return recovery;
    }

    private static SegmentHeader ReadHeader(ref InputReader reader)
    {
        uint version = reader.Byte();
        ulong sequence = reader.UInt64();
        sequence = sequence is > LastSequence and <= uint.MaxValue ? LastSequence : sequence;
        ulong firstIndex = reader.UInt64();
        ulong firstFrame = reader.UInt64();
        uint tag = reader.Byte() + 1u;
        byte earlier = reader.Byte();
        long bytes = (long)reader.UInt64();
        SectorTags? tags = version == WalFormat.Version ? new SectorTags(tag * 0x01010101, earlier == 0 ? [] : [earlier]) : null;
        return new SegmentHeader(version, Cluster, Node, sequence, firstIndex, PreviousChain: 0, Nonce: 0x4E, bytes, firstFrame, tags);
    }

    private static long FileBytes(in SegmentHeader header) => Math.Clamp(header.SegmentBytes, 0, FileBytesMax);

    private static byte[] Header(byte version, ulong sequence, ulong firstIndex) =>
        [version, .. BitConverter.GetBytes(sequence), .. BitConverter.GetBytes(firstIndex), .. BitConverter.GetBytes(1UL), 0x5A, 0x33, .. BitConverter.GetBytes((long)SegmentBytes)];

    private static byte[] Record(RecordType type, byte[] payload) => [(byte)Step.Record, (byte)type, (byte)payload.Length, .. payload];

    private static byte[] Payload(int length, Action<byte[]> write)
    {
        byte[] bytes = new byte[length];
        write(bytes);
        return bytes;
    }
}
