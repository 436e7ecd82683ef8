using System.Globalization;
using System.Security;
using System.Text;

namespace MetaStore.Charts;

/// <summary>Writes elements of SVG, one a line, so that a change of a chart is a readable difference.</summary>
internal sealed class SvgText
{
    private readonly StringBuilder _text = new();

    /// <summary>A line as it is.</summary>
    public void Line(string line) => _text.Append(line).Append('\n');

    /// <summary>An empty element; attributes in turn as name and value.</summary>
    public void Element(string name, params ReadOnlySpan<object> attributes) => Line($"<{name}{Attributes(attributes)}/>");

    /// <summary>A text at a place.</summary>
    public void Label(double x, double y, string text, string anchor = "start", string cssClass = "label") =>
        Line($"<text{Attributes(["x", x, "y", y, "text-anchor", anchor, "class", cssClass])}>{Escape(text)}</text>");

    /// <summary>What is needed around text between tags.</summary>
    public static string Escape(string text) => SecurityElement.Escape(text);

    /// <summary>A number as SVG reads it.</summary>
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
