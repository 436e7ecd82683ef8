using static MetaStore.Batching.SettingTable.BatchSettingRows;

using MetaStore.Batching.Policies;
using MetaStore.Batching.Settings;

namespace MetaStore.Batching.SettingTable;

/// <summary>All batching settings. Configuration, flags, the admin service, metactl and docs/batching-settings.md are generated from it.</summary>
public static class BatchSettingTable
{
    private static readonly BatchPolicyKind[] EveryPolicy = Enum.GetValues<BatchPolicyKind>();
    private static readonly BatchPolicyKind[] Gathering = [BatchPolicyKind.Dynamic, BatchPolicyKind.Fixed, BatchPolicyKind.Throughput, BatchPolicyKind.Target];
    private static readonly BatchPolicyKind[] Dynamic = [BatchPolicyKind.Dynamic];
    private static readonly BatchPolicyKind[] Fixed = [BatchPolicyKind.Fixed];
    private static readonly BatchPolicyKind[] Throughput = [BatchPolicyKind.Throughput];
    private static readonly BatchPolicyKind[] Target = [BatchPolicyKind.Target];

    /// <summary>In the order of the documentation: settings of all policies, then each policy's own.</summary>
    public static IReadOnlyList<BatchSetting> All { get; } =
    [
        Choice<BatchPolicyKind>("policy", "batch-policy", "policy", EveryPolicy, "How size and timeout adapt to the load.", s => (double)s.Policy, (s, v) => s with { Policy = (BatchPolicyKind)(int)v }),
        Size("min_batch_size", "batch-min-size", "min_batch_size", Dynamic, "Policy dynamic: proposals per entry when idle.",
            s => s.MinBatchSize, (s, v) => s with { MinBatchSize = (int)v }),
        Size("max_batch_size", "batch-max-size", "max_batch_size", Dynamic, "Policy dynamic: proposals per entry under full load.",
            s => s.MaxBatchSize, (s, v) => s with { MaxBatchSize = (int)v }),
        Timeout("min_timeout", "batch-min-timeout", "min_timeout_us", [.. Dynamic, .. Throughput, .. Target],
            "Policy dynamic: longest wait when idle. Policies throughput and target: longest wait.", s => s.MinTimeout, (s, v) => s with { MinTimeout = v }),
        Timeout("max_timeout", "batch-max-timeout", "max_timeout_us", Dynamic, "Policy dynamic: longest wait under full load.",
            s => s.MaxTimeout, (s, v) => s with { MaxTimeout = v }),
        Number("load_threshold", "batch-load-threshold", "load_threshold", Dynamic, "Policy dynamic: load from which batches grow past half their maximum.", 0, 1,
            s => s.LoadThreshold, (s, v) => s with { LoadThreshold = v }),
        new BatchSetting
        {
            Key = "flush_when_idle",
            Flag = "batch-flush-when-idle",
            Field = "flush_when_idle",
            Kind = BatchSettingKind.Switch,
            ReadBy = Gathering,
            Meaning = "Send at once when waiting gains nothing; false = classic algorithm, for comparison.",
            Read = s => s.FlushWhenIdle ? 1 : 0,
            Change = (s, v) => s with { FlushWhenIdle = v != 0 },
        },
        Count("pipeline_depth", "batch-pipeline-depth", "pipeline_depth", Gathering, "Batches in flight below which waiting gains nothing.", 1, 1024,
            s => s.PipelineDepth, (s, v) => s with { PipelineDepth = (int)v }),
        Bytes("max_batch_bytes", "batch-max-bytes", "max_batch_bytes", Gathering, "Bytes per entry at which a batch is closed.", 1, SizeLimits.BatchBytesMax,
            s => s.MaxBatchBytes, (s, v) => s with { MaxBatchBytes = (int)v }),
        Bytes("max_command_bytes", "batch-max-command-bytes", "max_command_bytes", EveryPolicy, "Largest command that is accepted; raised to max_request_bytes at startup.",
            SizeLimits.OwnCommandBytes, SizeLimits.CommandBytesMax, s => s.MaxCommandBytes, (s, v) => s with { MaxCommandBytes = (int)v }),
        Choice<BatchCompression>("compression", "batch-compression", "compression", Gathering, "Compression of a batch in the log.",
            s => (double)s.Compression, (s, v) => s with { Compression = (BatchCompression)(int)v }),
        Bytes("compression_min_bytes", "batch-compression-min-bytes", "compression_min_bytes", Gathering, "Smaller batches stay uncompressed.", 1, 16 << 20,
            s => s.CompressionMinBytes, (s, v) => s with { CompressionMinBytes = (int)v }),
        Size("fixed.batch_size", "batch-fixed-size", "fixed_batch_size", Fixed, "Policy fixed: proposals per entry.",
            s => s.Fixed.BatchSize, (s, v) => s with { Fixed = s.Fixed with { BatchSize = (int)v } }),
        Timeout("fixed.timeout", "batch-fixed-timeout", "fixed_timeout_us", Fixed, "Policy fixed: longest wait.",
            s => s.Fixed.Timeout, (s, v) => s with { Fixed = s.Fixed with { Timeout = v } }),
        .. OfThroughput(),
        .. OfTarget(),
    ];

    /// <summary>By the key under <see cref="BatchSetting.Tree"/>.</summary>
    public static IReadOnlyDictionary<string, BatchSetting> ByKey { get; } = All.ToDictionary(setting => setting.Key, StringComparer.Ordinal);

    /// <summary>Rules between two settings.</summary>
    public static IReadOnlyList<BatchSettingRule> Rules { get; } =
    [
        AtMost("min_batch_size", "max_batch_size"),
        AtMost("min_timeout", "max_timeout"),
        AtMost("throughput.floor_size", "throughput.adaptive_max_size"),
        AtMost("target.min_size", "target.max_size"),
        AtMost("target.initial_size", "target.max_size"),
        AtMost("target.initial_size", "target.min_size") with { IsFloor = true },
    ];

    /// <summary>Permitted values, for display, with the settings that limit it: "1 to 65536, at most max_batch_size".</summary>
    public static string RangeOf(BatchSetting setting) => setting.Range + string.Concat(
        Rules.Where(rule => rule.Setting == setting).Select(rule => $", at {(rule.IsFloor ? "least" : "most")} {rule.Limit.Key}"));

    private static IEnumerable<BatchSetting> OfThroughput() =>
    [
        Size("throughput.floor_size", "batch-throughput-floor-size", "throughput_floor_size", Throughput, "Policy throughput: minimum proposals per entry, and the initial size.",
            s => s.Throughput.FloorSize, (s, v) => With(s, s.Throughput with { FloorSize = (int)v })),
        Size("throughput.adaptive_max_size", "batch-throughput-adaptive-max-size", "throughput_adaptive_max_size", Throughput, "Policy throughput: maximum proposals per entry.",
            s => s.Throughput.AdaptiveMaxSize, (s, v) => With(s, s.Throughput with { AdaptiveMaxSize = (int)v })) with { Aliases = ["batch-adaptive-max-size"] },
        Interval("throughput.evaluation_interval", "batch-throughput-evaluation-interval", "throughput_evaluation_interval_us", Throughput,
            "Policy throughput: interval of changing the size.", s => s.Throughput.EvaluationInterval, (s, v) => With(s, s.Throughput with { EvaluationInterval = v })),
    ];

    private static IEnumerable<BatchSetting> OfTarget() =>
    [
        Number("target.throughput_target", "batch-target-throughput", "target_throughput", Target, "Policy target: proposals per second to reach; 0 = none.", 0, 1e9,
            s => s.Target.ThroughputTarget ?? 0, (s, v) => With(s, s.Target with { ThroughputTarget = v == 0 ? null : v })),
        Time("target.latency_target", "batch-target-latency", "target_latency_us", Target, "Policy target: average time from enqueue to commit to keep; 0 = none.",
            0, 60e6, s => s.Target.LatencyTarget ?? TimeSpan.Zero, (s, v) => With(s, s.Target with { LatencyTarget = v == TimeSpan.Zero ? null : v })),
        Size("target.initial_size", "batch-target-initial-size", "target_initial_size", Target, "Policy target: initial proposals per entry.",
            s => s.Target.InitialSize, (s, v) => With(s, s.Target with { InitialSize = (int)v })),
        Size("target.min_size", "batch-target-min-size", "target_min_size", Target, "Policy target: minimum proposals per entry.",
            s => s.Target.MinSize, (s, v) => With(s, s.Target with { MinSize = (int)v })),
        Size("target.max_size", "batch-target-max-size", "target_max_size", Target, "Policy target: maximum proposals per entry.",
            s => s.Target.MaxSize, (s, v) => With(s, s.Target with { MaxSize = (int)v })),
        Number("target.adaptation_rate", "batch-target-adaptation-rate", "target_adaptation_rate", Target, "Policy target: largest change of the size in one step, as a fraction of it.",
            0.001, 1, s => s.Target.AdaptationRate, (s, v) => With(s, s.Target with { AdaptationRate = v })),
        Interval("target.evaluation_interval", "batch-target-evaluation-interval", "target_evaluation_interval_us", Target, "Policy target: interval of changing the size.",
            s => s.Target.EvaluationInterval, (s, v) => With(s, s.Target with { EvaluationInterval = v })),
        Count("target.stability_threshold", "batch-target-stability-threshold", "target_stability_threshold", Target,
            "Policy target: batches that must be sent between two changes of the size.", 1, 1_000_000,
            s => s.Target.StabilityThreshold, (s, v) => With(s, s.Target with { StabilityThreshold = (int)v })),
    ];

    private static BatchSettings With(BatchSettings settings, ThroughputPolicySettings own) => settings with { Throughput = own };

    private static BatchSettings With(BatchSettings settings, TargetPolicySettings own) => settings with { Target = own };

    private static BatchSettingRule AtMost(string key, string limit) => new(ByKey[key], ByKey[limit], IsFloor: false);
}
