using System.Globalization;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output;

/// <summary>The batcher of one member.</summary>
/// <param name="Endpoint">host:port of the member.</param>
/// <param name="Statistics">Settings and statistics.</param>
internal sealed record BatchingReport(string Endpoint, GetBatchingResponse Statistics)
{
    /// <summary>Name and value of everything a person looks at, in reading order.</summary>
    public IEnumerable<(string Name, string Value)> Lines()
    {
        var (settings, stats) = (Statistics.Settings, Statistics.Stats);
        yield return ("policy", PolicyNames.Of(settings.Policy));
        yield return ("size", $"{settings.MinBatchSize}..{settings.MaxBatchSize}, now {stats.CurrentBatchSize}");
        yield return ("timeout", $"{Milliseconds(settings.MinTimeoutUs)}..{Milliseconds(settings.MaxTimeoutUs)}, now {Milliseconds(stats.CurrentTimeoutUs)}");
        yield return ("flush when idle", settings.FlushWhenIdle ? $"yes, pipeline depth {settings.PipelineDepth}" : "no");
        yield return ("load threshold", settings.LoadThreshold.ToString("0.######", CultureInfo.InvariantCulture));
        yield return ("compression", CompressionNames.Of(settings.Compression) + (settings.Compression == BatchCompression.None ? string.Empty : $", from {settings.CompressionMinBytes} bytes on"));
        foreach (var line in OfPolicy(settings))
        {
            yield return line;
        }

        yield return ("load", stats.CurrentLoad.ToString("0.00", CultureInfo.InvariantCulture));
        yield return ("buffered", stats.BufferLength.ToString(CultureInfo.InvariantCulture));
        yield return ("proposals", stats.TotalProposals.ToString(CultureInfo.InvariantCulture));
        yield return ("batches", stats.TotalBatches.ToString(CultureInfo.InvariantCulture));
        yield return ("average size", stats.AvgBatchSize.ToString("0.0", CultureInfo.InvariantCulture));
        yield return ("throughput", $"{stats.Throughput:0}/s");
        yield return ("latency", Milliseconds(stats.AverageLatencyUs));
        yield return ("left because", Flushes(stats.Flushes));
    }

    /// <summary>What only the policy in force reads.</summary>
    private static IEnumerable<(string Name, string Value)> OfPolicy(BatchSettings settings)
    {
        switch (settings.Policy)
        {
            case BatchPolicy.Fixed:
                yield return ("fixed", $"size {settings.FixedBatchSize}, timeout {Milliseconds(settings.FixedTimeoutUs)}");
                break;
            case BatchPolicy.Throughput:
                yield return ("adaptive", $"size up to {settings.ThroughputAdaptiveMaxSize}, every {Milliseconds(settings.ThroughputEvaluationIntervalUs)}");
                break;
            case BatchPolicy.Target:
                yield return ("adaptive", $"size {settings.TargetMinSize}..{settings.TargetMaxSize}, every {Milliseconds(settings.TargetEvaluationIntervalUs)}");
                yield return ("target throughput", settings.TargetThroughput == 0 ? "none" : FormattableString.Invariant($"{settings.TargetThroughput:0.###}/s"));
                yield return ("target latency", settings.TargetLatencyUs == 0 ? "none" : Milliseconds(settings.TargetLatencyUs));
                break;
        }
    }

    private static string Milliseconds(long microseconds) => (microseconds / 1000.0).ToString("0.###", CultureInfo.InvariantCulture) + "ms";

    private static string Flushes(FlushCounts? counts) => counts is null
        ? string.Empty
        : $"size {counts.Size}, bytes {counts.Bytes}, timeout {counts.Timeout}, idle {counts.Idle}, drain {counts.Drain}";
}
