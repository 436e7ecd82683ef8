using System.Buffers.Binary;

namespace MetaStore.StateMachine.Mvcc.Records;

/// <summary>Key of a record in the bucket of revisions: main (8 bytes, big-endian), '_', sub (8 bytes, big-endian), 't' for tombstones.</summary>
/// <remarks>Sorts in the order of the changes. The layout is etcd's, so that hashes over keys and records can be compared with it.</remarks>
internal static class RevisionKey
{
    public const int Size = 17;
    public const int TombstoneSize = 18;

    public static byte[] Encode(long main, int sub, bool tombstone)
    {
        var key = GC.AllocateUninitializedArray<byte>(tombstone ? TombstoneSize : Size);
        Write(key, main, sub, tombstone);
        return key;
    }

    public static void Write(Span<byte> target, long main, int sub, bool tombstone)
    {
        BinaryPrimitives.WriteInt64BigEndian(target, main);
        target[8] = (byte)'_';
        BinaryPrimitives.WriteInt64BigEndian(target[9..], sub);
        if (tombstone)
        {
            target[Size] = (byte)'t';
        }
    }

    public static bool TryDecode(ReadOnlySpan<byte> key, out long main, out int sub, out bool tombstone)
    {
        tombstone = key.Length == TombstoneSize && key[Size] == (byte)'t';
        main = 0;
        sub = 0;
        if ((key.Length != Size && !tombstone) || key[8] != (byte)'_')
        {
            return false;
        }

        main = BinaryPrimitives.ReadInt64BigEndian(key);
        var wide = BinaryPrimitives.ReadInt64BigEndian(key[9..]);
        sub = (int)wide;
        return main > 0 && wide == sub && sub >= 0;
    }
}
