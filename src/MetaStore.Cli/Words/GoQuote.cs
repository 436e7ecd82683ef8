using System.Buffers;
using System.Globalization;
using System.Text;

namespace MetaStore.Cli.Words;

/// <summary>Parses Go's quoted strings, byte by byte.</summary>
/// <remarks>Source: the Go specification, "String literals", and strconv.Unquote; scanning of the quotes is that of fmt's verb %q.</remarks>
internal static class GoQuote
{
    private static readonly byte[] Replacement = [0xef, 0xbf, 0xbd];

    /// <summary>Parses a quoted string at the start of a line; the rest of the line is left.</summary>
    /// <param name="line">Starts with a double quote or a backquote.</param>
    /// <param name="length">Length of the string including quotes.</param>
    /// <returns>The content, or null when there is none, it is not closed or an escape is invalid.</returns>
    public static byte[]? Read(ReadOnlySpan<byte> line, out int length)
    {
        length = 0;
        if (line.IsEmpty || line[0] is not ((byte)'"' or (byte)'`'))
        {
            return null;
        }

        var end = line[0] == '`' ? line[1..].IndexOf((byte)'`') + 1 : CloseOf(line);
        if (end <= 0)
        {
            return null;
        }

        length = end + 1;
        return line[0] == '`' ? Text(line[1..end]) : Unescape(line[1..end]);
    }

    /// <summary>Position of the closing double quote of the first one; -1 when there is none.</summary>
    private static int CloseOf(ReadOnlySpan<byte> line)
    {
        for (var i = 1; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                return i;
            }

            i += line[i] == '\\' ? 1 : 0;
        }

        return -1;
    }

    /// <summary>Invalid UTF-8 bytes become U+FFFD each.</summary>
    private static byte[] Text(ReadOnlySpan<byte> inside)
    {
        var text = new List<byte>(inside.Length);
        while (!inside.IsEmpty)
        {
            inside = inside[Append(text, inside)..];
        }

        return [.. text];
    }

    private static byte[]? Unescape(ReadOnlySpan<byte> inside)
    {
        var text = new List<byte>(inside.Length);
        while (!inside.IsEmpty)
        {
            if (inside[0] == '\n')
            {
                return null;
            }

            var taken = inside[0] == '\\' ? AppendEscape(text, inside[1..]) + 1 : Append(text, inside);
            if (taken < 2 && inside[0] == '\\')
            {
                return null;
            }

            inside = inside[taken..];
        }

        return [.. text];
    }

    /// <summary>Appends one character; returns the number of bytes read.</summary>
    private static int Append(List<byte> text, ReadOnlySpan<byte> rest)
    {
        if (Rune.DecodeFromUtf8(rest, out _, out var length) == OperationStatus.Done)
        {
            text.AddRange(rest[..length]);
            return length;
        }

        text.AddRange(Replacement);
        return 1;
    }

    /// <summary>Appends an escaped character; returns the number of bytes read, or 0 when it is invalid.</summary>
    private static int AppendEscape(List<byte> text, ReadOnlySpan<byte> rest)
    {
        const string Letters = "abfnrtv\\\"";
        const string Meanings = "\a\b\f\n\r\t\v\\\"";
        if (rest.IsEmpty)
        {
            return 0;
        }

        if (Letters.IndexOf((char)rest[0], StringComparison.Ordinal) is >= 0 and var letter)
        {
            text.Add((byte)Meanings[letter]);
            return 1;
        }

        switch ((char)rest[0])
        {
            case 'x' when Hex(rest[1..], 2) is { } raw:
                text.Add((byte)raw);
                return 3;
            case 'u' when Hex(rest[1..], 4) is { } point && Rune.IsValid(point):
                text.AddRange(Encoding.UTF8.GetBytes(new Rune(point).ToString()));
                return 5;
            case 'U' when Hex(rest[1..], 8) is { } point && Rune.IsValid(point):
                text.AddRange(Encoding.UTF8.GetBytes(new Rune(point).ToString()));
                return 9;
            case >= '0' and <= '7' when Octal(rest) is { } raw:
                text.Add(raw);
                return 3;
            default:
                return 0;
        }
    }

    private static uint? Hex(ReadOnlySpan<byte> digits, int count) =>
        digits.Length >= count && uint.TryParse(digits[..count], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static byte? Octal(ReadOnlySpan<byte> digits)
    {
        if (digits.Length < 3 || digits[..3].ContainsAnyExceptInRange((byte)'0', (byte)'7'))
        {
            return null;
        }

        var value = ((digits[0] - '0') * 64) + ((digits[1] - '0') * 8) + (digits[2] - '0');
        return value <= byte.MaxValue ? (byte)value : null;
    }
}
