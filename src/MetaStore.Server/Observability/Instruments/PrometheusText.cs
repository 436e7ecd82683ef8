using System.Globalization;
using System.Text;

namespace MetaStore.Server.Observability.Instruments;

/// <summary>Writes metrics in the Prometheus text format, version 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary>The whole page.</summary>
    public static string Of(MetricFamilies families)
    {
        var text = new StringBuilder();
        foreach (MetricFamily family in families.All)
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(family.Help)
                .Append("\n# TYPE ").Append(family.Name).Append(' ').Append(family.Type).Append('\n');
            foreach (MetricSample sample in family.Samples)
            {
                if (sample.Histogram is { } histogram)
                {
                    Write(text, family.Name, sample.Labels, histogram);
                }
                else
                {
                    Write(text, family.Name, "", sample.Labels, sample.Value);
                }
            }
        }

        return text.ToString();
    }

    /// <summary>A bucket's bound as Go formats it: bounds are labels, and queries compare them as text.</summary>
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

    private static void Write(StringBuilder text, string name, string labels, Histogram histogram)
    {
        string before = labels.Length == 0 ? "" : labels + ",";
        long cumulative = 0;
        for (int i = 0; i < histogram.Bounds.Length; i++)
        {
            cumulative += histogram.CountOf(i);
            Write(text, name, "_bucket", $"{before}le=\"{BoundText(histogram.Bounds[i])}\"", cumulative);
        }

        cumulative += histogram.CountOf(histogram.Bounds.Length);
        Write(text, name, "_bucket", $"{before}le=\"+Inf\"", cumulative);
        Write(text, name, "_sum", labels, histogram.Sum);
        Write(text, name, "_count", labels, cumulative);
    }

    private static void Write(StringBuilder text, string name, string suffix, string labels, double value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
