using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace MetaStore.Cli.Output;

/// <summary>Byte strings in double quotes as Go programs print them: UTF-8 unchanged, quotes and control characters escaped, other bytes as \xNN.</summary>
internal static class QuotedBytes
{
    public static string Of(ByteString bytes)
    {
        var text = new StringBuilder("\"");
        for (var rest = bytes.Span; !rest.IsEmpty;)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var length);
            if (status == System.Buffers.OperationStatus.Done)
            {
                Append(text, rune);
            }
            else
            {
                foreach (var raw in rest[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{raw:x2}");
                }
            }

            rest = rest[length..];
        }

        return text.Append('"').ToString();
    }

    /// <summary>Every byte as \xNN, without quotes, for --hex.</summary>
    public static string Hex(ByteString bytes) => string.Concat(bytes.Select(raw => string.Create(CultureInfo.InvariantCulture, $"\\x{raw:x2}")));

    /// <summary>Text in the same form.</summary>
    public static string Of(string text) => Of(ByteString.CopyFromUtf8(text));

    private static void Append(StringBuilder text, Rune rune)
    {
        const string Escapes = "\a\b\f\n\r\t\v\\\"";
        const string Letters = "abfnrtv\\\"";
        var escape = rune.Value < 128 ? Escapes.IndexOf((char)rune.Value, StringComparison.Ordinal) : -1;
        if (escape >= 0)
        {
            text.Append('\\').Append(Letters[escape]);
        }
        else if (rune.Value < 0x20 || rune.Value == 0x7F)
        {
            text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
        }
        else if (Rune.IsControl(rune) || rune.Value is 0xFEFF or 0xFFFD)
        {
            text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }
        else
        {
            text.Append(rune.ToString());
        }
    }
}
