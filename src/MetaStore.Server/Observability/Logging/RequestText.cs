using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MetaStore.Server.Observability.Logging;

/// <summary>A request as text for log lines: protobuf's short text format, with the sizes of values in place of the values.</summary>
/// <remarks>Bounded: a transaction over thousands of keys must not make a line of megabytes.</remarks>
internal sealed class RequestText
{
    private const int CharactersMax = 2048;
    private const int KeyBytesMax = 256;

    private readonly StringBuilder _text = new();

    private bool IsFull => _text.Length >= CharactersMax;

    /// <summary>The text of one message.</summary>
    public static string Of(IMessage message)
    {
        var writer = new RequestText();
        writer.Fields(message);
        return writer.IsFull ? writer._text.Append("...").ToString() : writer._text.ToString().TrimEnd();
    }

    /// <summary>Bytes as Go formats them in such texts.</summary>
    public static string Quoted(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        foreach (byte value in bytes[..Math.Min(bytes.Length, KeyBytesMax)])
        {
            _ = value switch
            {
                (byte)'"' or (byte)'\\' => text.Append('\\').Append((char)value),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                >= 0x20 and < 0x7F => text.Append((char)value),
                _ => text.Append('\\').Append(Convert.ToString(value, 8).PadLeft(3, '0')),
            };
        }

        return text.Append(bytes.Length > KeyBytesMax ? "...\"" : "\"").ToString();
    }

    private void Fields(IMessage message)
    {
        foreach (FieldDescriptor field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (IsFull)
            {
                return;
            }

            object? value = field.Accessor.GetValue(message);
            if (value is System.Collections.IList several)
            {
                foreach (object? one in several)
                {
                    if (IsFull)
                    {
                        return;
                    }

                    One(field, one!);
                }
            }
            else if (value is not null && (field.HasPresence ? field.Accessor.HasValue(message) : !IsDefault(value)))
            {
                One(field, value);
            }
        }
    }

    private void One(FieldDescriptor field, object value)
    {
        switch (value)
        {
            case IMessage nested:
                _text.Append(field.Name).Append(":<");
                Fields(nested);
                TrimEnd();
                _text.Append("> ");
                break;
            case ByteString secret when field.Name is "value":
                _text.Append(CultureInfo.InvariantCulture, $"value_size:{secret.Length} ");
                break;
            case ByteString bytes:
                _text.Append(field.Name).Append(':').Append(Quoted(bytes.Span)).Append(' ');
                break;
            case string when field.Name.Contains("password", StringComparison.OrdinalIgnoreCase) || field.Name.Contains("token", StringComparison.OrdinalIgnoreCase):
                _text.Append(field.Name).Append(":*** ");
                break;
            case string text:
                _text.Append(field.Name).Append(':').Append(Quoted(Encoding.UTF8.GetBytes(text))).Append(' ');
                break;
            case bool yes:
                _text.Append(field.Name).Append(yes ? ":true " : ":false ");
                break;
            case Enum:
                string name = field.EnumType.FindValueByNumber(Convert.ToInt32(value, CultureInfo.InvariantCulture))?.Name ?? value.ToString()!;
                _text.Append(field.Name).Append(':').Append(name).Append(' ');
                break;
            default:
                _text.Append(CultureInfo.InvariantCulture, $"{field.Name}:{value} ");
                break;
        }
    }

    private void TrimEnd()
    {
        if (_text[^1] == ' ')
        {
            _text.Length--;
        }
    }

    private static bool IsDefault(object value) => value switch
    {
        ByteString bytes => bytes.IsEmpty,
        string text => text.Length == 0,
        bool yes => !yes,
        Enum => Convert.ToInt32(value, CultureInfo.InvariantCulture) == 0,
        IMessage => false,
        _ => Convert.ToDecimal(value, CultureInfo.InvariantCulture) == 0,
    };
}
