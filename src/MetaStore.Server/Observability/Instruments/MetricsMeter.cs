using System.Diagnostics.Metrics;

namespace MetaStore.Server.Observability.Instruments;

/// <summary>The metrics of /metrics as instruments of the meter <see cref="MeterName"/>, for OpenTelemetry, dotnet-counters and other in-process listeners.</summary>
/// <remarks>
/// All instruments are observable: they are read when a listener collects and cost calls nothing. .NET has no observable histogram, so a histogram is
/// two counters, its _sum and its _count, with the names of these samples on the page; its buckets are on the page only.
/// </remarks>
internal sealed class MetricsMeter : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "MetaStore";

    /// <summary>A listener reads all instruments in one pass; they then come from one snapshot.</summary>
    private static readonly TimeSpan OneGo = TimeSpan.FromSeconds(1);

    private readonly Meter _meter;
    private readonly Func<MetricFamilies> _look;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Dictionary<string, MetricFamily> _left = [];
    private long _lookedAt;

    /// <param name="look">Reads the metrics; any thread.</param>
    /// <param name="member">Its ID is the tag "member" of the meter, in hexadecimal: a process can hold several members.</param>
    /// <param name="time">Clock.</param>
    public MetricsMeter(Func<MetricFamilies> look, ulong member, TimeProvider time)
    {
        _meter = new Meter(new MeterOptions(MeterName) { Tags = [new("member", member.ToString("x"))] });
        _look = look;
        _time = time;
        foreach (MetricFamily family in look().All)
        {
            Add(family);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Add(MetricFamily family)
    {
        switch (family.Type)
        {
            case "counter":
                _meter.CreateObservableCounter(family.Name, () => Take(family.Name, "", sample => sample.Value), unit: null, family.Help);
                break;
            case "gauge":
                _meter.CreateObservableGauge(family.Name, () => Take(family.Name, "", sample => sample.Value), unit: null, family.Help);
                break;
            case "histogram":
                _meter.CreateObservableCounter(family.Name + "_sum", () => Take(family.Name, "_sum", sample => sample.Histogram!.Sum), unit: null, family.Help);
                _meter.CreateObservableCounter(family.Name + "_count", () => Take(family.Name, "_count", sample => sample.Value), unit: null, family.Help);
                break;
            default:
                throw new InvalidOperationException($"{family.Name} is a {family.Type}, for which there is no instrument.");
        }
    }

    private Measurement<double>[] Take(string name, string suffix, Func<MetricSample, double> value)
    {
        lock (_gate)
        {
            // A second read of the same instrument starts a new pass with new values.
            if (_time.GetElapsedTime(_lookedAt) > OneGo || !_left.Remove(name + suffix, out MetricFamily? family))
            {
                Look();
                _left.Remove(name + suffix, out family);
            }

            return family is null ? [] : [.. family.Samples.Select(sample => new Measurement<double>(value(sample), MetricLabels.Tags(sample.Labels)))];
        }
    }

    private void Look()
    {
        _lookedAt = _time.GetTimestamp();
        _left = new Dictionary<string, MetricFamily>(StringComparer.Ordinal);
        foreach (MetricFamily family in _look().All)
        {
            foreach (string suffix in family.Type == "histogram" ? ["_sum", "_count"] : (string[])[""])
            {
                _left[family.Name + suffix] = family;
            }
        }
    }
}
