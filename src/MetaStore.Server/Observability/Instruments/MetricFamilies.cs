namespace MetaStore.Server.Observability.Instruments;

/// <summary>All metrics at one time, in the order of the page. Both /metrics and the meter are made from this, so they cannot differ.</summary>
internal sealed class MetricFamilies
{
    private readonly List<MetricFamily> _all = [];

    /// <summary>The families.</summary>
    public IReadOnlyList<MetricFamily> All => _all;

    /// <summary>Starts a family.</summary>
    public MetricFamilies Family(string name, string type, string help)
    {
        _all.Add(new MetricFamily(name, type, help));
        return this;
    }

    /// <summary>Adds a sample to the family started last.</summary>
    /// <param name="name">That family's name.</param>
    /// <param name="labels">See <see cref="MetricSample"/>.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="InvalidOperationException">Another family was started last.</exception>
    public MetricFamilies Sample(string name, string labels, double value) => Add(name, new MetricSample(labels, value, null));

    /// <summary>Adds a histogram to the family started last.</summary>
    public MetricFamilies Buckets(string name, string labels, Histogram histogram) => Add(name, new MetricSample(labels, histogram.Count, histogram));

    /// <summary>A family with one sample without labels.</summary>
    public void Single(string name, string type, string help, double value) => Family(name, type, help).Sample(name, "", value);

    /// <summary>A family with one histogram without labels.</summary>
    public void Histogram(string name, string help, Histogram histogram) => Family(name, "histogram", help).Buckets(name, "", histogram);

    private MetricFamilies Add(string name, in MetricSample sample)
    {
        MetricFamily family = _all.Count > 0 && _all[^1].Name == name
            ? _all[^1]
            : throw new InvalidOperationException($"{name} is not the family that was begun last.");
        family.Samples.Add(sample);
        return this;
    }
}
