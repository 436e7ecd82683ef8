using System.Buffers.Binary;
using MetaStore.Engines;

namespace MetaStore.StateMachine.Leases;

/// <summary>Value of a lease in its bucket: format (1 byte), granted seconds (8 bytes, big-endian). Keys are found in the key-value records.</summary>
internal static class LeaseCodec
{
    private const byte Format = 1;
    private const int Size = 9;

    public static byte[] Encode(Lease lease)
    {
        var bytes = new byte[Size];
        bytes[0] = Format;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), lease.Ttl);
        return bytes;
    }

    public static Lease Decode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        => key.Length == 8 && value.Length == Size && value[0] == Format
            ? new Lease(BinaryPrimitives.ReadInt64BigEndian(key), BinaryPrimitives.ReadInt64BigEndian(value[1..]))
            : throw new EngineException("A lease record has the wrong length or an unknown format.");
}
