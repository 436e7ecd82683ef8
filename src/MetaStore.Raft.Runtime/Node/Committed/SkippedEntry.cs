using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using MetaStore.IO.Text;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Committed;

/// <summary>An entry that all members skip by configuration, because it cannot be applied.</summary>
/// <param name="Index">Its log index.</param>
/// <param name="Hash">
/// First eight bytes of the SHA-256 of its data, as 16 lower-case hex digits: another entry with that index is not skipped.
/// </param>
/// <remarks>Source: ADR 0011.</remarks>
public sealed record SkippedEntry(ulong Index, string Hash)
{
    private const int HashBytes = 8;

    /// <summary>The identifier of an entry.</summary>
    public static SkippedEntry Of(in Entry entry) =>
        new(entry.Index, Convert.ToHexStringLower(SHA256.HashData(entry.Data.Span).AsSpan(0, HashBytes)));

    /// <summary>Reads INDEX:HASH.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SkippedEntry? entry)
    {
        ArgumentNullException.ThrowIfNull(text);
        entry = null;
        string[] parts = text.Split(':');
        if (parts.Length != 2
            || !DecimalDigits.TryParse(parts[0], out ulong index)
            || index == 0
            || parts[1].Length != 2 * HashBytes
            || !parts[1].All(char.IsAsciiHexDigit))
        {
            return false;
        }

        entry = new SkippedEntry(index, parts[1].ToLowerInvariant());
        return true;
    }

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}:{Hash}");
}
