using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Words;

/// <summary>Splits a script line into words as etcdctl does.</summary>
/// <remarks>
/// A word is text in double quotes, with Go's escapes, or in single quotes, verbatim, or a sequence without blanks; a quote ends a word only where a
/// quoted word ends. Single quotes follow etcdctl since 3.5; 3.4 keeps only as many bytes of such a word as the line has words.
/// </remarks>
internal static partial class ScriptLine
{
    /// <summary>Splits a line into words. Throws <see cref="InputException"/> for an invalid escape.</summary>
    public static IReadOnlyList<string> Split(ReadOnlySpan<byte> line) =>
        [.. Word().Matches(Encoding.Latin1.GetString(line)).Select(match => ByteWords.Of(Unquoted(match.Value)))];

    /// <summary>Removes surrounding white space.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line)
    {
        while (Rune.DecodeFromUtf8(line, out var first, out var length) == OperationStatus.Done && Rune.IsWhiteSpace(first))
        {
            line = line[length..];
        }

        while (Rune.DecodeLastFromUtf8(line, out var last, out var length) == OperationStatus.Done && Rune.IsWhiteSpace(last))
        {
            line = line[..^length];
        }

        return line;
    }

    private static byte[] Unquoted(string word) => word[0] switch
    {
        '\'' => Encoding.Latin1.GetBytes(word[1..^1]),
        '"' => GoQuote.Read(Encoding.Latin1.GetBytes(word), out _) ?? throw new InputException("invalid syntax"),
        _ => Encoding.Latin1.GetBytes(word),
    };

    // Blanks are those of Go's \s. Bytes are treated as Latin-1 characters here, one each.
    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|'[^']*'|[^'"\t\n\f\r ][^\t\n\f\r ]*
        """, RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
