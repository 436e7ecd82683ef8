using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Words;

/// <summary>A line of a script: its words, as etcdctl cuts it into words.</summary>
/// <remarks>
/// A word is what stands in double quotes, with Go's escapes, or in single quotes, as it is, or what has no blank in it; a quote ends a word
/// only where a word in quotes ends. Single quotes as etcdctl has them since 3.5; 3.4 keeps only as many bytes of such a word as the line has
/// words.
/// </remarks>
internal static partial class ScriptLine
{
    /// <summary>Cuts a line into words. Throws <see cref="InputException"/> for an escape that makes no sense.</summary>
    public static IReadOnlyList<string> Split(ReadOnlySpan<byte> line) =>
        [.. Word().Matches(Encoding.Latin1.GetString(line)).Select(match => ByteWords.Of(Unquoted(match.Value)))];

    /// <summary>Without the white space around it.</summary>
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

    // Blanks are those of Go's \s. Bytes are Latin-1 letters here: each is one, whatever it is.
    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|'[^']*'|[^'"\t\n\f\r ][^\t\n\f\r ]*
        """, RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
