using Google.Protobuf;

namespace MetaStore.Client;

/// <summary>One key or a range of keys in byte order, in the two fields that etcd's requests use.</summary>
/// <param name="Key">The key, or the first key of the range.</param>
/// <param name="RangeEnd">End of the range, exclusive; empty for one key, a zero byte for all keys from the first on.</param>
/// <remarks>Source: etcd v3 API, "key ranges".</remarks>
public readonly record struct KeyRange(ByteString Key, ByteString RangeEnd)
{
    private static readonly ByteString Zero = ByteString.CopyFrom(0);

    /// <summary>All keys.</summary>
    public static KeyRange All => new(Zero, Zero);

    /// <summary>One key.</summary>
    public static KeyRange Single(Bytes key) => new(key.Content, ByteString.Empty);

    /// <summary>Every key with this prefix; all keys for the empty prefix.</summary>
    public static KeyRange Prefix(Bytes prefix) => prefix.Content.IsEmpty ? All : new(prefix.Content, PrefixEnd(prefix.Content));

    /// <summary>This key and every greater one; all keys for the empty key.</summary>
    public static KeyRange From(Bytes key) => new(key.Content.IsEmpty ? Zero : key.Content, Zero);

    /// <summary>From a key up to another one, exclusive.</summary>
    public static KeyRange Between(Bytes first, Bytes end) => new(first.Content, end.Content);

    /// <summary>The first key after all keys with this prefix: trailing 0xFF bytes dropped, the last other byte plus one.</summary>
    public static ByteString PrefixEnd(ByteString prefix)
    {
        var bytes = prefix.ToByteArray();
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            if (bytes[i] != 0xFF)
            {
                bytes[i]++;
                return ByteString.CopyFrom(bytes, 0, i + 1);
            }
        }

        return Zero;
    }
}
