using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using MetaStore.Engines;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Index;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Hashing;

/// <summary>CRC-32C over the word "key" and every revision key and record up to a revision, as etcd hashes them.</summary>
/// <remarks>
/// Equal on all replicas, whether or not physical compaction has run there: records at or below the compacted revision count only if
/// they are live and still the newest of their key at the hashed revision.
/// </remarks>
internal static class KvHasher
{
    public static KvHash Hash<TSource>(TSource source, IReadView view, MvccSnapshot snapshot, long wanted)
        where TSource : IRecordSource
    {
        var revision = wanted <= 0 ? snapshot.Revision : wanted;
        var error = RangeReader.CheckRevision(wanted, snapshot.Revision, source.Compacted);
        var crc = error == ErrorCode.None ? Sum(source, view, snapshot.Compacted, revision) : 0;
        if (error == ErrorCode.None && revision < snapshot.Revision && revision < source.Compacted)
        {
            error = ErrorCode.Compacted;
        }

        return new KvHash
        {
            Error = error,
            Hash = error == ErrorCode.None ? crc : 0,
            CompactRevision = snapshot.Compacted,
            HashRevision = revision,
            Revision = snapshot.Revision,
        };
    }

    private static uint Sum<TSource>(TSource source, IReadView view, long compacted, long revision)
        where TSource : IRecordSource
    {
        Span<byte> end = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(end, revision + 1);
        var crc = Append(uint.MaxValue, "key"u8);
        using var cursor = view.Seek(Bucket.Revisions, default, end);
        while (cursor.MoveNext())
        {
            if (!RevisionKey.TryDecode(cursor.Key.Span, out var main, out var sub, out var tombstone))
            {
                throw new EngineException("A key in the bucket of revisions is not a revision.");
            }

            if (main <= compacted && (tombstone || !IsNewest(source, cursor.Value, main, sub, revision)))
            {
                continue;
            }

            crc = Append(Append(crc, cursor.Key.Span), cursor.Value.Span);
        }

        return ~crc;
    }

    private static bool IsNewest<TSource>(TSource source, ReadOnlyMemory<byte> record, long main, int sub, long revision)
        where TSource : IRecordSource
        => source.Index.TryGet(KeyValueCodec.Decode(record).Key.Span, out var cell)
            && cell.At(revision) is { } version && version.Main == main && version.Sub == sub;

    private static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var single in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, single);
        }

        return crc;
    }
}
