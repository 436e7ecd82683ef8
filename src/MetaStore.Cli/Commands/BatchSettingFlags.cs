using System.CommandLine;
using System.CommandLine.Parsing;
using MetaStore.Cli.Output;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Commands;

/// <summary>One flag for every field of <see cref="BatchSettings"/>. A flag that is given is sent, whatever its value: zero, false and none are values too.</summary>
internal static class BatchSettingFlags
{
    private static readonly (Option Flag, Action<ParseResult, BatchSettings> Assign)[] All =
    [
        Of<string>("--policy", "dynamic, fixed, throughput, target or off", (settings, name) => settings.Policy = PolicyNames.Parse(name)),
        Of<int>("--min-batch-size", "dynamic: proposals per log entry without load", (settings, size) => settings.MinBatchSize = size),
        Of<int>("--max-batch-size", "dynamic: proposals per log entry at full load", (settings, size) => settings.MaxBatchSize = size),
        Of<int>("--max-batch-bytes", "most bytes of one log entry", (settings, bytes) => settings.MaxBatchBytes = bytes),
        Of<int>("--max-command-bytes", "largest command that is taken", (settings, bytes) => settings.MaxCommandBytes = bytes),
        OfTime("--min-timeout", "dynamic: wait without load, such as 5ms", (settings, time) => settings.MinTimeoutUs = time),
        OfTime("--max-timeout", "dynamic: wait at full load, such as 20ms", (settings, time) => settings.MaxTimeoutUs = time),
        Of<double>("--load-threshold", "dynamic: load at which size and timeout reach half of their maximum, 0 to 1", (settings, share) => settings.LoadThreshold = share),
        Of<bool>("--flush-when-idle", "send at once while the log is idle; =false to wait for size or timeout", (settings, idle) => settings.FlushWhenIdle = idle),
        Of<int>("--pipeline-depth", "batches between propose and commit below which the log counts as idle", (settings, depth) => settings.PipelineDepth = depth),
        Of<string>("--compression", "none, gzip, snappy, lz4 or zstd", (settings, name) => settings.Compression = CompressionNames.Parse(name)),
        Of<int>("--compression-min-bytes", "smaller batches are not compressed", (settings, bytes) => settings.CompressionMinBytes = bytes),
        Of<int>("--fixed-batch-size", "fixed: proposals per log entry", (settings, size) => settings.FixedBatchSize = size),
        OfTime("--fixed-timeout", "fixed: longest wait", (settings, time) => settings.FixedTimeoutUs = time),
        Of<int>("--throughput-adaptive-max-size", "throughput: most proposals per log entry", (settings, size) => settings.ThroughputAdaptiveMaxSize = size),
        OfTime("--throughput-evaluation-interval", "throughput: time between two looks", (settings, time) => settings.ThroughputEvaluationIntervalUs = time),
        Of<int>("--target-initial-size", "target: proposals per log entry at first", (settings, size) => settings.TargetInitialSize = size),
        Of<int>("--target-min-size", "target: fewest proposals per log entry", (settings, size) => settings.TargetMinSize = size),
        Of<int>("--target-max-size", "target: most proposals per log entry", (settings, size) => settings.TargetMaxSize = size),
        Of<double>("--target-throughput", "target: proposals per second to reach; 0 removes the target", (settings, rate) => settings.TargetThroughput = rate),
        OfTime("--target-latency", "target: latency to keep; 0 removes the target", (settings, time) => settings.TargetLatencyUs = time),
        Of<double>("--target-adaptation-rate", "target: step of one change, above 0 to 1", (settings, rate) => settings.TargetAdaptationRate = rate),
        OfTime("--target-evaluation-interval", "target: time between two looks", (settings, time) => settings.TargetEvaluationIntervalUs = time),
        Of<int>("--target-stability-threshold", "target: looks without need before a change", (settings, looks) => settings.TargetStabilityThreshold = looks),
    ];

    /// <summary>Adds the flags to a verb.</summary>
    public static void AddTo(Command command)
    {
        foreach (var (flag, _) in All)
        {
            command.Options.Add(flag);
        }
    }

    /// <summary>The settings that the words name. Throws <see cref="UsageException"/> when there is none.</summary>
    public static BatchSettings Read(ParseResult parsed)
    {
        var settings = new BatchSettings();
        var given = All.Where(setting => parsed.GetResult(setting.Flag) is OptionResult { Implicit: false }).ToArray();
        foreach (var (_, assign) in given)
        {
            assign(parsed, settings);
        }

        return given.Length > 0 ? settings : throw new UsageException("nothing to set; see metactl batch set --help");
    }

    private static (Option Flag, Action<ParseResult, BatchSettings> Assign) Of<T>(string name, string description, Action<BatchSettings, T> assign)
    {
        var flag = new Option<T>(name) { Description = description };
        return (flag, (parsed, settings) => assign(settings, parsed.GetValue(flag)!));
    }

    private static (Option Flag, Action<ParseResult, BatchSettings> Assign) OfTime(string name, string description, Action<BatchSettings, long> assign) =>
        Of<string>(name, description, (settings, text) => assign(settings, (long)Durations.Parse(text).TotalMicroseconds));
}
