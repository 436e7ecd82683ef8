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
/// a damaged middle. What is read is what was written, with every frame before the damage; after its repair it is read again, and goes on.
/// </summary>
internal static class SegmentTarget
{
    private const string Folder = "/wal";
    private const ulong Cluster = 0xC1;
    private const ulong Node = 7;
    private const int SegmentBytes = 16 << 10;

    public static bool Run(byte[] input)
    {
        var log = InputLog.Write(input, Folder, Cluster, Node);
        WalVerification verified = WalVerifier.Run(Folder, log.Disk);
        try
        {
            WalInspector.Print(Folder, TextWriter.Null, withRecords: true, log.Disk);
            WalRecovery first = Open(log.Disk, appends: true);
            log.Check(first);
            if (verified.ExitCode != ExitCodes.Ok)
            {
                throw new InvalidOperationException($"it is opened, and verification says: {verified.Summary}");
            }

            WalRecovery second = Open(log.Disk, appends: false);
            if (second.TailRepaired || second.LastIndex != first.LastIndex || !InputLog.AreSame(second.Entries, first.Entries)
                || second.HardState != first.HardState || second.Marker?.Index != first.Marker?.Index)
            {
                throw new InvalidOperationException("it is not opened again as it was left");
            }

            return true;
        }
        catch (StorageException refused)
        {
            if (verified.ExitCode != refused.ExitCode)
            {
                throw new InvalidOperationException($"it is refused, and verification says: {verified.Summary}", refused);
            }

            return false;
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        byte[] entry = Payload(RecordPayload.EntryHeaderBytes + 3, static target => RecordPayload.WriteEntry(new Entry(3, 1, EntryType.Normal, new byte[] { 1, 2, 3 }), target));
        byte[] next = Payload(RecordPayload.EntryHeaderBytes + 200, static target => RecordPayload.WriteEntry(new Entry(3, 2, EntryType.Normal, new byte[200]), target));
        byte[] state = Payload(RecordPayload.HardStateBytes, static target => RecordPayload.WriteHardState(new HardState(3, 1, 1), target));
        var marker = new MarkerRecord(new SnapshotMetadata(9, 3, new ConfState([1, 7], [], [], [], false)), new byte[32], Carried: false);
        byte[] marked = Payload(RecordPayload.MarkerBytes(marker), target => RecordPayload.WriteMarker(marker, target));
        byte[] frame = [.. Record(RecordType.Entry, entry), .. Record(RecordType.HardState, state), (byte)LogStep.EndOfFrame];
        byte[] later = [.. Record(RecordType.Entry, next), .. Record(RecordType.Entry, next), (byte)LogStep.EndOfFrame];
        byte[] seal = [.. Record(RecordType.Seal, Payload(RecordPayload.SealBytes, static target => RecordPayload.WriteSeal(new SealRecord(1, 0, 0), target))), (byte)LogStep.EndOfFrame];
        foreach (byte version in (byte[])[1, 2])
        {
            byte[] header = Header(version, sequence: 1, firstIndex: 1);
            yield return [.. header, .. frame, .. later];
            yield return [.. header, .. frame, .. Record(RecordType.SnapshotMarker, marked), (byte)LogStep.EndOfFrame];
            yield return [.. header, .. frame, .. seal, (byte)LogStep.NextSegment, 1, .. later];

            // Torn: the second sector of the last frame never arrived; bytes after it did; and a cut, which begins after the file.
            yield return [.. header, .. frame, .. later, .. Zeros(8192 + 512, 255), .. Zeros(8192 + 512 + 255, 255), .. Zeros(8192 + 512 + 510, 2)];
            yield return [.. header, .. frame, (byte)LogStep.Overwrite, 0, 0x30, 3, 1, 2, 3];
            yield return [.. header, .. frame, (byte)LogStep.Cut, 0xff, 0xff];
        }

        yield return [.. Header(2, sequence: 5, firstIndex: 10), .. Record(RecordType.SnapshotMarker, marked), .. Record(RecordType.HardState, state), (byte)LogStep.EndOfFrame];
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

    private static byte[] Header(byte version, ulong sequence, ulong firstIndex) =>
        [version, .. BitConverter.GetBytes(sequence), .. BitConverter.GetBytes(firstIndex), .. BitConverter.GetBytes(1UL), 0x5A, 0x33, .. BitConverter.GetBytes((long)SegmentBytes)];

    private static byte[] Zeros(int offset, byte count) => [(byte)LogStep.Overwrite, .. BitConverter.GetBytes((ushort)offset), count, .. new byte[count]];

    private static byte[] Record(RecordType type, byte[] payload) => [(byte)LogStep.Record, (byte)type, (byte)payload.Length, .. payload];

    private static byte[] Payload(int length, Action<byte[]> write)
    {
        byte[] bytes = new byte[length];
        write(bytes);
        return bytes;
    }
}
