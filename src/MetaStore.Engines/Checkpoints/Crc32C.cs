using System.Buffers.Binary;
using System.Numerics;

namespace MetaStore.Engines.Checkpoints;

/// <summary>CRC-32C (Castagnoli) with the processor's instruction.</summary>
internal static class Crc32C
{
    /// <param name="bytes">The bytes to add.</param>
    /// <param name="before">Checksum of the bytes before them.</param>
    internal static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var crc = ~before;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
