using System.Globalization;
using System.Text;

namespace MetaStore.Server.Observability;

/// <summary>Writes the Prometheus text format, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    private readonly StringBuilder _text = new();

    /// <summary>Starts a family.</summary>
    public PrometheusText Family(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    /// <summary>Adds one sample; <paramref name="labels"/> is "a=\"b\",c=\"d\"" or empty.</summary>
    public PrometheusText Sample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }

    /// <summary>A family with one sample without labels.</summary>
    public void Single(string name, string type, string help, double value) => Family(name, type, help).Sample(name, "", value);

    /// <summary>A family with one histogram without labels.</summary>
    public void Histogram(string name, string help, Histogram histogram) => Family(name, "histogram", help).Buckets(name, "", histogram);

    /// <summary>Adds one histogram; <paramref name="labels"/> as in <see cref="Sample"/>.</summary>
    public PrometheusText Buckets(string name, string labels, Histogram histogram)
    {
        string before = labels.Length == 0 ? "" : labels + ",";
        long cumulative = 0;
        for (int i = 0; i < histogram.Bounds.Length; i++)
        {
            cumulative += histogram.CountOf(i);
            Sample(name + "_bucket", $"{before}le=\"{BoundText(histogram.Bounds[i])}\"", cumulative);
        }

        cumulative += histogram.CountOf(histogram.Bounds.Length);
        return Sample(name + "_bucket", $"{before}le=\"+Inf\"", cumulative).Sample(name + "_sum", labels, histogram.Sum).Sample(name + "_count", labels, cumulative);
    }

    /// <summary>A bucket's bound as Go prints it: bounds are labels, and queries compare them as text.</summary>
    internal static string BoundText(double bound)
    {
        const double exponentFrom = 1e6;
        string digits = bound.ToString(CultureInfo.InvariantCulture);
        if (bound < exponentFrom)
        {
            return digits;
        }

        string whole = digits.Split('.')[0];
        string fraction = (whole[1..] + digits[whole.Length..].TrimStart('.')).TrimEnd('0');
        return string.Create(CultureInfo.InvariantCulture, $"{whole[0]}{(fraction.Length > 0 ? "." : "")}{fraction}e+{whole.Length - 1:00}");
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
