using Google.Protobuf;

namespace MetaStore.Compatibility.Tests.Requests;

/// <summary>A few similar keys, so that requests overlap: prefixes of each other, zero bytes and 0xFF at the end.</summary>
internal sealed class KeySpace(Random random)
{
    private static readonly byte[][] Stems = ["a"u8.ToArray(), "a/"u8.ToArray(), "ab"u8.ToArray(), "b/c/"u8.ToArray(), [0], [0, 1], [0xFF], [0xFF, 0xFF]];

    /// <summary>A key; rarely the empty one, which every request must reject.</summary>
    internal ByteString Key()
    {
        if (random.Next(150) == 0)
        {
            return ByteString.Empty;
        }

        var stem = Stems[random.Next(Stems.Length)];
        return random.Next(4) == 0 ? ByteString.CopyFrom(stem) : ByteString.CopyFrom([.. stem, (byte)('0' + random.Next(10))]);
    }

    /// <summary>An end of a range that starts at <paramref name="key"/>: none, above, below, equal, prefix, from-key, whole space.</summary>
    internal ByteString RangeEnd(ByteString key) => random.Next(10) switch
    {
        0 or 1 or 2 => ByteString.Empty,
        3 => ByteString.CopyFrom(0),
        4 or 5 or 6 => PrefixEnd(key),
        7 => key,
        8 => ByteString.CopyFrom([.. key, 0]),
        _ => Key(),
    };

    private static ByteString PrefixEnd(ByteString key)
    {
        var end = key.ToByteArray();
        for (var last = end.Length - 1; last >= 0; last--)
        {
            if (end[last] < 0xFF)
            {
                end[last]++;
                return ByteString.CopyFrom(end, 0, last + 1);
            }
        }

        return ByteString.CopyFrom(0);
    }
}
