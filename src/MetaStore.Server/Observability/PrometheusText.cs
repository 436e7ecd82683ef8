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

    /// <summary>A histogram.</summary>
    public void Histogram(string name, string help, Histogram histogram)
    {
        Family(name, "histogram", help);
        long cumulative = 0;
        for (int bucket = 0; bucket < histogram.Bounds.Length; bucket++)
        {
            cumulative += histogram.CountOf(bucket);
            Sample(name + "_bucket", $"le=\"{histogram.Bounds[bucket].ToString(CultureInfo.InvariantCulture)}\"", cumulative);
        }

        cumulative += histogram.CountOf(histogram.Bounds.Length);
        Sample(name + "_bucket", "le=\"+Inf\"", cumulative);
        Sample(name + "_sum", "", histogram.Sum);
        Sample(name + "_count", "", cumulative);
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
