using System.Buffers;
using System.Globalization;
using System.Text;

namespace MetaStore.Server.Gateway.Json;

/// <summary>Decodes JSON strings. Invalid UTF-8 bytes and lone surrogates become U+FFFD each, as in Go.</summary>
internal static class JsonText
{
    private const int Replacement = 0xFFFD;

    /// <summary>The characters as UTF-8.</summary>
    /// <param name="rest">A valid JSON string without its quotes.</param>
    public static byte[] Utf8Of(ReadOnlySpan<byte> rest)
    {
        if (Ascii.IsValid(rest) && !rest.Contains((byte)'\\'))
        {
            return rest.ToArray();
        }

        // An escape of six bytes becomes at most three, an invalid byte becomes three.
        var text = new ArrayBufferWriter<byte>(Math.Max(rest.Length, 16));
        while (!rest.IsEmpty)
        {
            Rune rune = Next(ref rest);
            text.Advance(rune.EncodeToUtf8(text.GetSpan(4)));
        }

        return text.WrittenSpan.ToArray();
    }

    /// <summary>The characters as a string.</summary>
    public static string Of(ReadOnlySpan<byte> rest) => Encoding.UTF8.GetString(Utf8Of(rest));

    private static Rune Next(ref ReadOnlySpan<byte> rest)
    {
        if (rest[0] == '\\')
        {
            return Escaped(ref rest);
        }

        if (Rune.DecodeFromUtf8(rest, out Rune rune, out int length) == OperationStatus.Done)
        {
            rest = rest[length..];
            return rune;
        }

        rest = rest[1..];
        return new Rune(Replacement);
    }

    private static Rune Escaped(ref ReadOnlySpan<byte> rest)
    {
        byte kind = rest[1];
        if (kind == 'u')
        {
            var first = (char)Hex(rest);
            rest = rest[6..];
            if (char.IsHighSurrogate(first) && rest.StartsWith("\\u"u8) && (char)Hex(rest) is var second && char.IsLowSurrogate(second))
            {
                rest = rest[6..];
                return new Rune(first, second);
            }

            return new Rune(char.IsSurrogate(first) ? (char)Replacement : first);
        }

        rest = rest[2..];
        return new Rune(kind switch
        {
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            _ => (char)kind,
        });
    }

    private static int Hex(ReadOnlySpan<byte> escape) => int.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
