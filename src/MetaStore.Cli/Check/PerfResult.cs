using System.Globalization;

namespace MetaStore.Cli.Check;

/// <summary>Measurements of a check.</summary>
/// <param name="Latencies">Latency of every successful write.</param>
/// <param name="Failures">Error texts of failed writes.</param>
/// <param name="Took">From the first call to the last response.</param>
internal sealed record PerfResult(IReadOnlyList<TimeSpan> Latencies, IReadOnlyList<string> Failures, TimeSpan Took)
{
    private const double LowestShare = 0.9;
    private static readonly TimeSpan Slowest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LargestDeviation = TimeSpan.FromMilliseconds(100);

    private double PerSecond => Latencies.Count / Took.TotalSeconds;

    private double SlowestSeconds => Latencies.Count == 0 ? 0 : Latencies.Max().TotalSeconds;

    private double Deviation
    {
        get
        {
            var seconds = Latencies.Select(latency => latency.TotalSeconds).ToArray();
            var mean = seconds.DefaultIfEmpty().Average();
            return Math.Sqrt(seconds.Select(second => (second - mean) * (second - mean)).DefaultIfEmpty().Average());
        }
    }

    /// <summary>Whether the cluster kept up: at least 90 % of the rate, no write over 500 ms, a standard deviation under 100 ms, no failure.</summary>
    public bool Passes(PerfModel model) => Checks(model).All(check => check.Passes);

    /// <summary>Lines as etcdctl prints them.</summary>
    public IEnumerable<string> Verdict(PerfModel model) =>
        [.. Checks(model).Select(check => (check.Passes ? "PASS: " : "FAIL: ") + check.Text), Passes(model) ? "PASS" : "FAIL"];

    private IEnumerable<(bool Passes, string Text)> Checks(PerfModel model)
    {
        if (Failures.Count > 0)
        {
            yield return (false, "too many errors");
            foreach (var kind in Failures.GroupBy(text => text))
            {
                yield return (false, $"ERROR({kind.Key}) -> {kind.Count()}");
            }
        }

        var keepsUp = PerSecond > model.WritesPerSecond * LowestShare;
        yield return (keepsUp, Text(keepsUp ? "Throughput is {0:0} writes/s" : "Throughput too low: {0:0} writes/s", PerSecond));
        var isFast = SlowestSeconds < Slowest.TotalSeconds;
        yield return (isFast, Text(isFast ? "Slowest request took {0:0.000000}s" : "Slowest request took too long: {0:0.000000}s", SlowestSeconds));
        var isSteady = Deviation < LargestDeviation.TotalSeconds;
        yield return (isSteady, Text(isSteady ? "Stddev is {0:0.000000}s" : "Stddev too high: {0:0.000000}s", Deviation));
    }

    private static string Text(string format, double number) => string.Format(CultureInfo.InvariantCulture, format, number);
}
