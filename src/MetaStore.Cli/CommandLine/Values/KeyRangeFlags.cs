using MetaStore.Cli.Words;
using MetaStore.Client;

namespace MetaStore.Cli.CommandLine.Values;

/// <summary>The key range from the arguments and flags of get, del and watch.</summary>
internal static class KeyRangeFlags
{
    /// <summary>Throws <see cref="UsageException"/> when the flags contradict each other.</summary>
    public static KeyRange Of(string key, string? rangeEnd, bool prefix, bool fromKey)
    {
        if (prefix && fromKey)
        {
            throw new UsageException("`--prefix` and `--from-key` cannot be set at the same time, choose one");
        }

        if (rangeEnd is not null && (prefix || fromKey))
        {
            throw new UsageException("too many arguments, only accept one argument when `--prefix` or `--from-key` is set");
        }

        Bytes first = ByteWords.BytesOf(key);
        return fromKey ? KeyRange.From(first)
            : prefix ? KeyRange.Prefix(first)
            : rangeEnd is null ? KeyRange.Single(first) : KeyRange.Between(first, ByteWords.BytesOf(rangeEnd));
    }
}
