using System.Globalization;

namespace MetaStore.Cli.CommandLine.Values;

/// <summary>Member ids as they are typed and printed: hexadecimal without a prefix.</summary>
internal static class MemberId
{
    /// <exception cref="UsageException">It is none.</exception>
    public static ulong Parse(string text) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new UsageException($"bad member ID arg ({text}), expecting ID in Hex");
}
