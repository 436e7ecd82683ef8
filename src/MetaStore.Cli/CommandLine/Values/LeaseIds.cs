using System.Globalization;

namespace MetaStore.Cli.CommandLine.Values;

/// <summary>Lease IDs as etcdctl prints them: hexadecimal without a prefix, with or without a sign.</summary>
internal static class LeaseIds
{
    /// <summary>Parses an ID. Throws <see cref="UsageException"/> when it is invalid.</summary>
    public static long Parse(string text) =>
        ulong.TryParse(text.AsSpan(text is ['-' or '+', ..] ? 1 : 0), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? unchecked(text[0] == '-' ? -(long)id : (long)id)
            : throw new UsageException($"bad lease ID ({text}), expecting ID in Hex");
}
