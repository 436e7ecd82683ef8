using System.Globalization;

namespace MetaStore.Cli.CommandLine.Values;

/// <summary>Lease ids as etcdctl prints them: hexadecimal without a prefix, with a sign or without.</summary>
internal static class LeaseIds
{
    /// <summary>Reads one id. Throws <see cref="UsageException"/> when it is none.</summary>
    public static long Parse(string text) =>
        ulong.TryParse(text.AsSpan(text is ['-' or '+', ..] ? 1 : 0), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? unchecked(text[0] == '-' ? -(long)id : (long)id)
            : throw new UsageException($"bad lease ID ({text}), expecting ID in Hex");
}
