namespace MetaStore.Server.Observability.Instruments;

/// <summary>All samples of one name.</summary>
/// <param name="Name">As on /metrics.</param>
/// <param name="Type">"counter", "gauge" or "histogram".</param>
/// <param name="Help">One sentence.</param>
internal sealed record MetricFamily(string Name, string Type, string Help)
{
    /// <summary>One for each combination of labels.</summary>
    public List<MetricSample> Samples { get; } = [];
}

/// <summary>One sample.</summary>
/// <param name="Labels">"a=\"b\",c=\"d\"" with values escaped for the text format, or empty.</param>
/// <param name="Value">The value; for a histogram the number of its values.</param>
/// <param name="Histogram">Null for a counter or a gauge.</param>
internal readonly record struct MetricSample(string Labels, double Value, Histogram? Histogram);
