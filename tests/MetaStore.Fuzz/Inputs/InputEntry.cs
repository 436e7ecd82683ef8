using System.Buffers.Binary;

namespace MetaStore.Fuzz.Inputs;

/// <summary>An entry of a file with buckets, as an input has it: u8 bucket, u8 length of the key, u16 length of the value, key, value. The target writes the file, so that it is whole whatever changed.</summary>
/// <param name="Bucket">Number of the bucket.</param>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct InputEntry(int Bucket, byte[] Key, byte[] Value)
{
    private const int HeaderBytes = 4;

    /// <summary>The entries of an input in the order of a file, each key once, without empty keys; the last may be cut off.</summary>
    public static InputEntry[] Read(ReadOnlySpan<byte> input, int buckets)
    {
        var entries = new List<InputEntry>();
        while (input.Length > HeaderBytes)
        {
            int keyEnd = Math.Min(HeaderBytes + input[1], input.Length);
            int end = Math.Min(keyEnd + BinaryPrimitives.ReadUInt16LittleEndian(input[2..]), input.Length);
            if (keyEnd > HeaderBytes)
            {
                entries.Add(new InputEntry(input[0] % buckets, input[HeaderBytes..keyEnd].ToArray(), input[keyEnd..end].ToArray()));
            }

            input = input[end..];
        }

        entries.Sort(Order);
        return [.. entries.Where((entry, at) => at == 0 || Order(entries[at - 1], entry) != 0)];
    }

    /// <summary>The bytes of an entry.</summary>
    public byte[] ToBytes()
    {
        byte[] header = [(byte)Bucket, (byte)Key.Length, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), (ushort)Value.Length);
        return [.. header, .. Key, .. Value];
    }

    private static int Order(InputEntry left, InputEntry right) => left.Bucket != right.Bucket ? left.Bucket.CompareTo(right.Bucket) : left.Key.AsSpan().SequenceCompareTo(right.Key);
}
