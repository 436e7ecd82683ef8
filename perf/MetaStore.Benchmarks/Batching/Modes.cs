using MetaStore.Batching.Policies;
using MetaStore.Batching.Settings;

namespace MetaStore.Benchmarks.Batching;

/// <summary>The measured modes, with their names in tables.</summary>
internal static class Modes
{
    public static string[] Names { get; } = ["off", "fixed 10", "fixed 100", "fixed 1000", "dynamic classic", "dynamic", "target", "throughput"];

    /// <summary>Settings of a mode; batches are not limited by bytes.</summary>
    public static BatchSettings Settings(string name) => name switch
    {
        "off" => new BatchSettings { Policy = BatchPolicyKind.Off },
        "dynamic" => new BatchSettings(),
        "dynamic classic" => new BatchSettings { FlushWhenIdle = false },
        "target" => new BatchSettings { Policy = BatchPolicyKind.Target, Target = new TargetPolicySettings { ThroughputTarget = 1e9 } },
        "throughput" => new BatchSettings { Policy = BatchPolicyKind.Throughput },
        _ => Fixed(int.Parse(name.AsSpan("fixed ".Length))),
    };

    /// <summary>Batches of exactly this many proposals, whatever their bytes.</summary>
    public static BatchSettings Fixed(int size) => new()
    {
        Policy = BatchPolicyKind.Fixed,
        Fixed = new FixedPolicySettings { BatchSize = size },
        FlushWhenIdle = false,
        MaxBatchBytes = SizeLimits.BatchBytesMax,
    };
}
