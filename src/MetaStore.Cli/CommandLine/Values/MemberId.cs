using System.Globalization;

namespace MetaStore.Cli.CommandLine.Values;

/// <summary>Member IDs as given and printed: hexadecimal without a prefix.</summary>
internal static class MemberId
{
    /// <exception cref="UsageException">It is invalid.</exception>
    public static ulong Parse(string text) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new UsageException($"bad member ID arg ({text}), expecting ID in Hex");
}
