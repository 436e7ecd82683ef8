using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Fuzz.Targets;

/// <summary>The records of a frame of the log, and the payload of each type. The first byte says which; checksums are not known to the fuzzer, so payloads are read without one too.</summary>
internal static class WalTarget
{
    public static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        ReadOnlyMemory<byte> body = input.AsMemory(1);
        if (input[0] % 2 == 1)
        {
            Read((RecordType)(input[0] >> 1), body);
            _ = FrameHeader.TryRead(body.Span, out _);
            _ = SegmentHeader.TryRead(body.Span, out _);
            return;
        }

        RecordReader records = new(body);
        while (records.MoveNext())
        {
            Read(records.Type, records.Payload);
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        Entry entry = new(3, 9, EntryType.Normal, new byte[] { 1, 2, 3 });
        byte[] payload = new byte[RecordPayload.EntryHeaderBytes + entry.Data.Length];
        RecordPayload.WriteEntry(entry, payload);
        byte[] state = new byte[RecordPayload.HardStateBytes];
        RecordPayload.WriteHardState(new HardState(3, 1, 8), state);
        yield return [0, .. Record(RecordType.Entry, payload)];
        yield return [1 | ((byte)RecordType.Entry << 1), .. payload];
        yield return [1 | ((byte)RecordType.HardState << 1), .. state];
        yield return [1 | ((byte)RecordType.SnapshotMarker << 1), .. new byte[60]];
    }

    private static byte[] Record(RecordType type, byte[] payload)
    {
        byte[] covered = [(byte)type, (byte)payload.Length, .. payload];
        return [.. covered, .. BitConverter.GetBytes(Crc32C.Compute(covered))];
    }

    private static void Read(RecordType type, ReadOnlyMemory<byte> payload)
    {
        switch (type)
        {
            case RecordType.Entry:
                _ = RecordPayload.TryReadEntry(payload, out _);
                break;
            case RecordType.HardState:
                _ = RecordPayload.TryReadHardState(payload.Span, out _);
                break;
            case RecordType.SnapshotMarker:
                _ = RecordPayload.TryReadMarker(payload.Span, out _);
                break;
            default:
                _ = RecordPayload.TryReadSeal(payload.Span, out _);
                _ = ConfStateCodec.TryRead(payload.Span, out _);
                break;
        }
    }
}
