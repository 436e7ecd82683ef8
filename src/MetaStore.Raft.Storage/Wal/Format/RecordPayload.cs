using System.Buffers.Binary;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>Payloads of the record types, little-endian.</summary>
internal static class RecordPayload
{
    internal const int EntryHeaderBytes = 17;
    internal const int HardStateBytes = 24;
    internal const int SealBytes = 24;
    private const int MarkerFixedBytes = 18;

    internal static int MarkerBytes(in MarkerRecord marker) =>
        MarkerFixedBytes + marker.FileHash.Length + ConfStateCodec.Size(marker.Snapshot.ConfState);

    internal static void WriteEntry(in Entry entry, Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, entry.Term);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], entry.Index);
        target[16] = (byte)entry.Type;
        entry.Data.Span.CopyTo(target[EntryHeaderBytes..]);
    }

    /// <summary>The entry's data is a slice of <paramref name="source"/>, not a copy.</summary>
    internal static bool TryReadEntry(ReadOnlyMemory<byte> source, out Entry entry)
    {
        entry = default;
        var span = source.Span;
        if (span.Length < EntryHeaderBytes || span[16] > (byte)EntryType.ConfChange)
        {
            return false;
        }

        entry = new Entry(
            BinaryPrimitives.ReadUInt64LittleEndian(span),
            BinaryPrimitives.ReadUInt64LittleEndian(span[8..]),
            (EntryType)span[16],
            source[EntryHeaderBytes..]);
        return entry.Term > 0 && entry.Index > 0;
    }

    internal static void WriteHardState(in HardState state, Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, state.Term);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], state.Vote);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], state.Commit);
    }

    internal static bool TryReadHardState(ReadOnlySpan<byte> source, out HardState state)
    {
        state = default;
        if (source.Length != HardStateBytes)
        {
            return false;
        }

        state = new HardState(
            BinaryPrimitives.ReadUInt64LittleEndian(source),
            BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]));
        return true;
    }

    internal static void WriteMarker(in MarkerRecord marker, Span<byte> target)
    {
        target[0] = marker.Carried ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64LittleEndian(target[1..], marker.Snapshot.Index);
        BinaryPrimitives.WriteUInt64LittleEndian(target[9..], marker.Snapshot.Term);
        target[17] = checked((byte)marker.FileHash.Length);
        marker.FileHash.Span.CopyTo(target[MarkerFixedBytes..]);
        ConfStateCodec.Write(marker.Snapshot.ConfState, target[(MarkerFixedBytes + marker.FileHash.Length)..]);
    }

    internal static bool TryReadMarker(ReadOnlySpan<byte> source, out MarkerRecord marker)
    {
        marker = default;
        if (source.Length < MarkerFixedBytes || source[0] > 1 || source.Length < MarkerFixedBytes + source[17]
            || !ConfStateCodec.TryRead(source[(MarkerFixedBytes + source[17])..], out var state))
        {
            return false;
        }

        var snapshot = new SnapshotMetadata(
            BinaryPrimitives.ReadUInt64LittleEndian(source[1..]), BinaryPrimitives.ReadUInt64LittleEndian(source[9..]), state);
        marker = new MarkerRecord(snapshot, source.Slice(MarkerFixedBytes, source[17]).ToArray(), source[0] == 1);
        return true;
    }

    internal static void WriteSeal(in SealRecord seal, Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, seal.LastIndex);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], seal.LastChain);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], seal.FrameCount);
    }

    internal static bool TryReadSeal(ReadOnlySpan<byte> source, out SealRecord seal)
    {
        seal = default;
        if (source.Length != SealBytes)
        {
            return false;
        }

        seal = new SealRecord(
            BinaryPrimitives.ReadUInt64LittleEndian(source),
            BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]));
        return true;
    }
}

/// <summary>Type of a record in a frame.</summary>
internal enum RecordType : byte
{
    /// <summary>term u64, index u64, type u8, data.</summary>
    Entry = 1,

    /// <summary>term u64, vote u64, commit u64.</summary>
    HardState = 2,

    /// <summary>flags u8, index u64, term u64, hash length u8, hash, configuration.</summary>
    SnapshotMarker = 3,

    /// <summary>A configuration alone. Reserved: skipped when read, not written by format 1.</summary>
    Config = 4,

    /// <summary>last index u64, previous chain hash u64, frames in the segment u64. Last record of a full segment.</summary>
    Seal = 5,
}
