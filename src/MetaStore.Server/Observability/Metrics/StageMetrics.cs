using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Observability.Stages;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Time that writes spend in each stage, as metrics.</summary>
internal static class StageMetrics
{
    /// <summary>Adds the metrics to the page.</summary>
    public static void Write(MetricFamilies text, IReadOnlyList<StageSummary> stages)
    {
        Each("metastore_write_stage_p50_seconds", "Median time of the writes of the last ten seconds in the stage.", stage => stage.Median.TotalSeconds);
        Each("metastore_write_stage_p99_seconds", "99th percentile of the time of the writes of the last ten seconds in the stage.", stage => stage.Slow.TotalSeconds);

        void Each(string name, string help, Func<StageSummary, double> value)
        {
            text.Family(name, "gauge", help);
            foreach (StageSummary stage in stages)
            {
                text.Sample(name, $"stage=\"{stage.Stage}\"", value(stage));
            }
        }
    }
}
