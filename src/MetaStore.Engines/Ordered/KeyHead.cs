using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace MetaStore.Engines.Ordered;

/// <summary>The eight key bytes after a node's shared prefix as one number with the same order as the bytes.</summary>
internal static class KeyHead
{
    /// <summary>
    /// Bytes <paramref name="skip"/>..skip+8, big-endian, padded with zero. Different heads order as their keys; equal ones are a
    /// tie.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Of(ReadOnlySpan<byte> key, int skip)
    {
        var rest = key[skip..];
        return rest.Length >= sizeof(ulong) ? BinaryPrimitives.ReadUInt64BigEndian(rest) : OfShort(rest);
    }

    private static ulong OfShort(ReadOnlySpan<byte> rest)
    {
        var head = 0UL;
        for (var i = 0; i < rest.Length; i++)
        {
            head |= (ulong)rest[i] << (56 - (8 * i));
        }

        return head;
    }
}
