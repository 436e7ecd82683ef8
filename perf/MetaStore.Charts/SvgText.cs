using System.Globalization;
using System.Security;
using System.Text;

namespace MetaStore.Charts;

/// <summary>Writes SVG elements, one per line, so that changes of a chart can be reviewed as a diff.</summary>
internal sealed class SvgText
{
    private readonly StringBuilder _text = new();

    /// <summary>Writes a line unchanged.</summary>
    public void Line(string line) => _text.Append(line).Append('\n');

    /// <summary>Writes an empty element; attributes alternate between name and value.</summary>
    public void Element(string name, params ReadOnlySpan<object> attributes) => Line($"<{name}{Attributes(attributes)}/>");

    /// <summary>Writes a text at a position.</summary>
    public void Label(double x, double y, string text, string anchor = "start", string cssClass = "label") =>
        Line($"<text{Attributes(["x", x, "y", y, "text-anchor", anchor, "class", cssClass])}>{Escape(text)}</text>");

    /// <summary>Escapes text for element content.</summary>
    public static string Escape(string text) => SecurityElement.Escape(text);

    /// <summary>Formats a number.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public override string ToString() => _text.ToString();

    private static string Attributes(ReadOnlySpan<object> attributes)
    {
        var text = new StringBuilder();
        for (var i = 0; i + 1 < attributes.Length; i += 2)
        {
            var value = attributes[i + 1] switch
            {
                double number => Number(number),
                int number => Number(number),
                var other => Escape(other.ToString()!),
            };
            text.Append(' ').Append(attributes[i]).Append("=\"").Append(value).Append('"');
        }

        return text.ToString();
    }
}
