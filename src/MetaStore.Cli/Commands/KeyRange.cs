using Google.Protobuf;

namespace MetaStore.Cli.Commands;

/// <summary>A key and where its range ends, as etcd writes them: empty = one key, a zero byte = everything from the key on.</summary>
/// <remarks>Source: etcd v3 API, "key ranges".</remarks>
internal readonly record struct KeyRange(ByteString Key, ByteString RangeEnd)
{
    private static readonly ByteString Zero = ByteString.CopyFrom(0);

    /// <summary>Builds the range the flags of get and del describe. Throws <see cref="UsageException"/> when they contradict each other.</summary>
    public static KeyRange Of(string key, string? rangeEnd, bool prefix, bool fromKey)
    {
        if (prefix && fromKey)
        {
            throw new UsageException("`--prefix` and `--from-key` cannot be set at the same time, choose one");
        }

        if (rangeEnd is not null && (prefix || fromKey))
        {
            throw new UsageException("too many arguments: a range end goes with neither `--prefix` nor `--from-key`");
        }

        var from = ByteString.CopyFromUtf8(key);
        if (fromKey || (prefix && key.Length == 0))
        {
            return new KeyRange(key.Length == 0 ? Zero : from, Zero);
        }

        if (prefix)
        {
            return new KeyRange(from, PrefixEnd(from));
        }

        return new KeyRange(from, rangeEnd is null ? ByteString.Empty : ByteString.CopyFromUtf8(rangeEnd));
    }

    /// <summary>The first key after every key with this prefix: trailing 0xFF bytes dropped, the last other byte plus one.</summary>
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
