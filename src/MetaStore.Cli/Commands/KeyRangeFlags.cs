using MetaStore.Client;

namespace MetaStore.Cli.Commands;

/// <summary>The range that the words and flags of get, del and watch describe.</summary>
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
            throw new UsageException("too many arguments: a range end goes with neither `--prefix` nor `--from-key`");
        }

        if (fromKey)
        {
            return KeyRange.From(key);
        }

        return prefix ? KeyRange.Prefix(key) : rangeEnd is null ? KeyRange.Single(key) : KeyRange.Between(key, rangeEnd);
    }
}
