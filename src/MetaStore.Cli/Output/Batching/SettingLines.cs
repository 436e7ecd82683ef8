using System.Globalization;
using MetaStore.Batching.SettingTable;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output.Batching;

/// <summary>The settings that the current policy uses, and its state.</summary>
internal static class SettingLines
{
    public static IEnumerable<string> Of(BatchSettings settings, BatchStats stats)
    {
        string Text(string key)
        {
            var setting = BatchSettingTable.ByKey[key];
            return setting.Text(BatchSettingMessage.Read(settings, setting) ?? 0);
        }

        yield return Line("policy", ModeNames.Of(settings));
        var timeout = Figures.Time(stats.CurrentTimeoutUs);
        switch (settings.Policy)
        {
            case BatchPolicy.Dynamic:
                yield return Line("size", $"{Text("min_batch_size")}..{Text("max_batch_size")} proposals, now {stats.CurrentBatchSize}");
                yield return Line("timeout", $"{Text("min_timeout")}..{Text("max_timeout")}, now {timeout}");
                yield return Line("load", $"{Load(stats)}, half of the maximum at {Text("load_threshold")}");
                break;
            case BatchPolicy.Fixed:
                yield return Line("size", $"{Text("fixed.batch_size")} proposals");
                yield return Line("timeout", Text("fixed.timeout"));
                break;
            case BatchPolicy.Throughput:
                yield return Line("size", $"{Text("throughput.floor_size")}..{Text("throughput.adaptive_max_size")} proposals, now {stats.CurrentBatchSize}, changed every {Text("throughput.evaluation_interval")}");
                yield return Line("timeout", Text("min_timeout"));
                break;
            case BatchPolicy.Target:
                yield return Line("targets", Targets(settings, Text));
                yield return Line("size", $"{Text("target.min_size")}..{Text("target.max_size")} proposals, first {Text("target.initial_size")}, now {stats.CurrentBatchSize}");
                yield return Line("step", $"by {Text("target.adaptation_rate")} of it, every {Text("target.evaluation_interval")}, after {Text("target.stability_threshold")} batches");
                yield return Line("timeout", Text("min_timeout"));
                break;
            default:
                yield return Line("size", "every proposal is its own log entry, at once");
                yield return Line("commands", $"up to {Text("max_command_bytes")}");
                yield break;
        }

        yield return Line("flush", (settings.FlushWhenIdle ? $"when idle: below {Text("pipeline_depth")} batches in flight; " : "not when idle; ") + $"at {Text("max_batch_bytes")}");
        yield return Line("compression", Text("compression") + (settings.Compression == BatchCompression.None ? string.Empty : $" from {Text("compression_min_bytes")} on"));
        yield return Line("commands", $"up to {Text("max_command_bytes")}");
    }

    /// <summary>Name and value in columns.</summary>
    public static string Line(string name, string value) => $"  {name,-12} {value}";

    /// <summary>The load, 0 to 1.</summary>
    public static string Load(BatchStats stats) => stats.CurrentLoad.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Targets(BatchSettings settings, Func<string, string> text)
    {
        var throughput = settings.TargetThroughput == 0 ? null : $"{text("target.throughput_target")} proposals/s";
        var latency = settings.TargetLatencyUs == 0 ? null : $"{text("target.latency_target")} to commit";
        return throughput is null && latency is null ? "none: the size stays" : string.Join(", ", new[] { throughput, latency }.OfType<string>());
    }
}
