using System.Numerics;

namespace MetaStore.Crashes.Tests.Model;

/// <summary>CRC-32C over "key" and the records: a direct implementation of HashKV.</summary>
internal static class ModelHash
{
    public static uint Of(IEnumerable<ModelRecord> records)
    {
        var crc = Append(uint.MaxValue, "key"u8);
        foreach (var record in records)
        {
            crc = Append(Append(crc, record.StoredKey), record.StoredValue);
        }

        return ~crc;
    }

    private static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var single in bytes)
        {
            crc = BitOperations.Crc32C(crc, single);
        }

        return crc;
    }
}
