using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Running;

namespace MetaStore.Benchmarks.Batching;

/// <summary>After what time and how many flushes does a policy's size follow a step of the load? See the columns; the mean is the cost of the simulation.</summary>
/// <remarks>The two policies with an interval use 100 ms here instead of 5 s, so that ten seconds contain a hundred steps.</remarks>
[SimpleJob(RunStrategy.Monitoring, launchCount: 1, warmupCount: 0, iterationCount: 1)]
[Config(typeof(Columns))]
public class AdaptationBenchmark
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    [Params("dynamic", "dynamic classic", "target", "throughput")]
    public string Policy { get; set; } = "dynamic";

    [Params("1 to 1000", "1000 to 1")]
    public string Callers { get; set; } = "1 to 1000";

    [Benchmark]
    public int Follow() => Measure(Policy, Callers).Flushes;

    internal static LoadStep Measure(string policy, string callers, TimeSpan? settling = null)
    {
        var settings = Modes.Settings(policy);
        settings = settings with
        {
            Target = settings.Target with { EvaluationInterval = Interval },
            Throughput = settings.Throughput with { EvaluationInterval = Interval },
        };
        var steps = callers.Split(" to ");
        return LoadStep.Measure(settings, int.Parse(steps[0]), int.Parse(steps[1]), settling ?? TimeSpan.FromSeconds(10));
    }

    private sealed class Columns : ManualConfig
    {
        public Columns() => AddColumn(
            new FigureColumn("size before", "Batch size the policy asks for before the step", row => $"{Of(row).From}"),
            new FigureColumn("size after", "and ten simulated seconds after it", row => $"{Of(row).To}"),
            new FigureColumn("follows after", "Simulated time until the size stays within a twentieth of that", row => $"{Of(row).Time.TotalMilliseconds:0.0} ms"),
            new FigureColumn("flushes", "Samples of the policy until then", row => $"{Of(row).Flushes}"));

        // One simulation for the cells of a row: it is the same every time.
        private static readonly Dictionary<(string Policy, string Callers), LoadStep> Measured = [];

        private static LoadStep Of(BenchmarkCase row)
        {
            var key = ((string)row.Parameters[nameof(Policy)], (string)row.Parameters[nameof(Callers)]);
            if (!Measured.TryGetValue(key, out var step))
            {
                step = Measured[key] = Measure(key.Item1, key.Item2);
            }

            return step;
        }
    }
}
