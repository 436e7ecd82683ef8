using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetaStore.IO;

/// <summary>CRC-32C (Castagnoli) with the usual inversion before and after; the processor's instruction takes eight bytes a step.</summary>
public static class Crc32C
{
    /// <summary>Checksum of <paramref name="data"/>, continuing from an earlier result (0 = none).</summary>
    public static uint Compute(ReadOnlySpan<byte> data, uint previous = 0)
    {
        var crc = ~previous;
        ref var start = ref MemoryMarshal.GetReference(data);
        nint offset = 0;
        var words = data.Length & ~7;
        for (; offset < words; offset += 8)
        {
            crc = BitOperations.Crc32C(crc, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset)));
        }

        for (; offset < data.Length; offset++)
        {
            crc = BitOperations.Crc32C(crc, Unsafe.Add(ref start, offset));
        }

        return ~crc;
    }
}
