using System.Buffers.Binary;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Fuzz.Targets;

/// <summary>
/// The records of a frame of the log, the payload of each type, and the headers of frames and segments. The first byte says which; of headers the checksums are made
/// right first. What is read can be written, and gives the same bytes.
/// </summary>
internal static class WalTarget
{
    /// <summary>Written in the place of a record type.</summary>
    private const byte Frame = 0x40;

    /// <summary>As above.</summary>
    private const byte Segment = 0x41;

    public static bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        byte[] body = input[1..];
        if (input[0] % 2 == 1)
        {
            return (input[0] >> 1) switch
            {
                Frame => ReadFrameHeader(body),
                Segment => ReadSegmentHeader(body),
                var type => ReadPayload((RecordType)type, body),
            };
        }

        RecordReader records = new(body);
        bool areRead = true;
        while (records.MoveNext())
        {
            areRead &= ReadPayload(records.Type, records.Payload);
        }

        return areRead && records.Problem is null;
    }

    public static IEnumerable<byte[]> Seeds()
    {
        Entry entry = new(3, 9, EntryType.Normal, new byte[] { 1, 2, 3 });
        byte[] payload = Written(RecordPayload.EntryHeaderBytes + entry.Data.Length, target => RecordPayload.WriteEntry(entry, target));
        byte[] state = Written(RecordPayload.HardStateBytes, static target => RecordPayload.WriteHardState(new HardState(3, 1, 8), target));
        ConfState members = new([1, 2], [3], [4], [5], AutoLeave: true);
        MarkerRecord marker = new(new SnapshotMetadata(9, 3, members), new byte[32], Carried: true);
        yield return [0, .. Record(RecordType.Entry, payload)];
        yield return [Payload(RecordType.Entry), .. payload];
        yield return [Payload(RecordType.HardState), .. state];
        yield return [Payload(RecordType.SnapshotMarker), .. Written(RecordPayload.MarkerBytes(marker), target => RecordPayload.WriteMarker(marker, target))];
        yield return [Payload(RecordType.Config), .. Written(ConfStateCodec.Size(members), target => ConfStateCodec.Write(members, target))];
        yield return [Payload(RecordType.Seal), .. Written(RecordPayload.SealBytes, static target => RecordPayload.WriteSeal(new SealRecord(2, 0, 1), target))];
        yield return [1 | (Frame << 1), .. Written(WalFormat.FrameHeaderBytes, static target => new FrameHeader(1, 2, 3, 4, 5, 6, 7, 8, FrameFlags.Proof, 9).Write(target))];
        yield return [1 | (Segment << 1), .. Written(WalFormat.SegmentHeaderBytes, static target => Header(new SectorTags(5, [6, 7]), WalFormat.Version).Write(target)).AsSpan(..96)];
        yield return [1 | (Segment << 1), .. Written(WalFormat.SegmentHeaderBytes, static target => Header(null, 1).Write(target)).AsSpan(..96)];
    }

    private static SegmentHeader Header(SectorTags? tags, uint version) => new(version, 1, 2, 3, 4, 5, 6, 7, 8, tags);

    private static byte Payload(RecordType type) => (byte)(1 | ((byte)type << 1));

    private static byte[] Record(RecordType type, byte[] payload)
    {
        byte[] covered = [(byte)type, (byte)payload.Length, .. payload];
        return [.. covered, .. BitConverter.GetBytes(Crc32C.Compute(covered))];
    }

    private static bool ReadPayload(RecordType type, ReadOnlyMemory<byte> payload)
    {
        switch (type)
        {
            case RecordType.Entry:
                return RecordPayload.TryReadEntry(payload, out Entry entry)
                    && IsWrittenAs(payload.Span, RecordPayload.EntryHeaderBytes + entry.Data.Length, target => RecordPayload.WriteEntry(entry, target));
            case RecordType.HardState:
                return RecordPayload.TryReadHardState(payload.Span, out HardState state)
                    && IsWrittenAs(payload.Span, RecordPayload.HardStateBytes, target => RecordPayload.WriteHardState(state, target));
            case RecordType.SnapshotMarker:
                return RecordPayload.TryReadMarker(payload.Span, out MarkerRecord marker)
                    && IsWrittenAs(payload.Span, RecordPayload.MarkerBytes(marker), target => RecordPayload.WriteMarker(marker, target));
            case RecordType.Config:
                return ConfStateCodec.TryRead(payload.Span, out ConfState members)
                    && IsWrittenAs(payload.Span, ConfStateCodec.Size(members), target => ConfStateCodec.Write(members, target));
            case RecordType.Seal:
                return RecordPayload.TryReadSeal(payload.Span, out SealRecord seal)
                    && IsWrittenAs(payload.Span, RecordPayload.SealBytes, target => RecordPayload.WriteSeal(seal, target));
            default:
                return false;
        }
    }

    private static bool ReadFrameHeader(byte[] bytes)
    {
        if (bytes.Length < WalFormat.FrameHeaderBytes)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C.Compute(bytes.AsSpan(8..WalFormat.FrameHeaderBytes)));
        return FrameHeader.TryRead(bytes, out FrameHeader header)
            && IsWrittenAs(bytes.AsSpan(..WalFormat.FrameHeaderBytes), WalFormat.FrameHeaderBytes, target => header.Write(target));
    }

    /// <summary>Zeros follow the input up to the checksum; a header says nothing there, nor in what its format does not use.</summary>
    private static bool ReadSegmentHeader(byte[] bytes)
    {
        Array.Resize(ref bytes, WalFormat.SegmentHeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(^sizeof(uint)..), Crc32C.Compute(bytes.AsSpan(..^sizeof(uint))));
        if (!SegmentHeader.TryRead(bytes, out SegmentHeader header))
        {
            return false;
        }

        byte[] written = Written(WalFormat.SegmentHeaderBytes, target => header.Write(target));
        return SegmentHeader.TryRead(written, out SegmentHeader again) && IsWrittenAs(written, WalFormat.SegmentHeaderBytes, target => again.Write(target))
            && (header with { Tags = null }) == (again with { Tags = null })
            ? true
            : throw new InvalidOperationException("a header of a segment is read as another one");
    }

    private static bool IsWrittenAs(ReadOnlySpan<byte> bytes, int length, Action<byte[]> write) =>
        Written(length, write).AsSpan().SequenceEqual(bytes) ? true : throw new InvalidOperationException("what was read is written as other bytes");

    private static byte[] Written(int length, Action<byte[]> write)
    {
        byte[] bytes = new byte[length];
        write(bytes);
        return bytes;
    }
}
