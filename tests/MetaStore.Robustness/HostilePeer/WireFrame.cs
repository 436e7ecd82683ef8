using System.Buffers.Binary;
using System.Numerics;

namespace MetaStore.Robustness.HostilePeer;

/// <summary>A frame of the peer protocol, encoded independently of the product: u32 length, u32 CRC32C, body.</summary>
internal static class WireFrame
{
    /// <summary>The first bytes of every connection.</summary>
    public static ReadOnlySpan<byte> Preface => "MSPEER\0\u0001"u8;

    /// <summary>A frame.</summary>
    /// <param name="body">The content.</param>
    /// <param name="claimed">The length in the header; null for the body's length.</param>
    /// <param name="spoilt">Whether the checksum is wrong.</param>
    public static byte[] Of(ReadOnlySpan<byte> body, uint? claimed = null, bool spoilt = false)
    {
        byte[] frame = new byte[8 + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, claimed ?? (uint)body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), Checksum(body) ^ (spoilt ? 1u : 0u));
        body.CopyTo(frame.AsSpan(8));
        return frame;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
