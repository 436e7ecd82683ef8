using MetaStore.Protocol.V1;

namespace MetaStore.Bench.Knobs;

/// <summary>A batching setting and the values to measure; everything else has its default except <paramref name="Base"/>.</summary>
/// <param name="Name">Name in docs/batching.md.</param>
/// <param name="Base">Other settings that the knob needs to have an effect.</param>
/// <param name="Values">The values, with their names in the table.</param>
internal sealed record Knob(string Name, BatchSettings Base, IReadOnlyList<(string Name, BatchSettings Settings)> Values)
{
    private static readonly BatchSettings Dynamic = new() { Policy = BatchPolicy.Dynamic, FlushWhenIdle = true };
    private static readonly BatchSettings Classic = new() { Policy = BatchPolicy.Dynamic, FlushWhenIdle = false };
    private static readonly BatchSettings Fixed = new() { Policy = BatchPolicy.Fixed, FlushWhenIdle = false };

    /// <summary>Every knob, in the order of the documentation.</summary>
    public static IReadOnlyList<Knob> All { get; } =
    [
        new("policy", Dynamic,
        [
            ("off", new BatchSettings { Policy = BatchPolicy.Off }),
            ("fixed", new BatchSettings { Policy = BatchPolicy.Fixed, FlushWhenIdle = false }),
            ("throughput", new BatchSettings { Policy = BatchPolicy.Throughput, FlushWhenIdle = false }),
            ("target", new BatchSettings { Policy = BatchPolicy.Target, FlushWhenIdle = false }),
            ("dynamic", new BatchSettings { Policy = BatchPolicy.Dynamic }),
        ]),
        new("flush_when_idle", Dynamic, [("true", new BatchSettings { FlushWhenIdle = true }), ("false", new BatchSettings { FlushWhenIdle = false })]),
        Of("max_batch_size", Dynamic, [16, 64, 256, 1024, 4096], size => new BatchSettings { MaxBatchSize = size }),
        Of("min_batch_size", Classic, [1, 16, 64, 256], size => new BatchSettings { MinBatchSize = size }),
        Of("max_batch_bytes", Dynamic, [4, 16, 64, 1024], kib => new BatchSettings { MaxBatchBytes = kib << 10 }, " KiB"),
        Of("pipeline_depth", Dynamic, [1, 2, 4, 16], depth => new BatchSettings { PipelineDepth = depth }),
        Of("max_timeout", Classic, [1, 5, 20, 100], ms => new BatchSettings { MaxTimeoutUs = ms * 1000, MinTimeoutUs = Math.Min(5, ms) * 1000 }, " ms"),
        new("load_threshold", Classic, [.. new[] { 0, 0.3, 0.7, 1 }.Select(share => (FormattableString.Invariant($"{share}"), new BatchSettings { LoadThreshold = share }))]),
        Of("fixed.batch_size", Fixed, [10, 100, 1000], size => new BatchSettings { FixedBatchSize = size }),
        Of("fixed.timeout", Fixed, [1, 5, 20], ms => new BatchSettings { FixedTimeoutUs = ms * 1000 }, " ms"),
        new("compression", Dynamic, [.. Enum.GetValues<BatchCompression>().Select(kind => (kind.ToString().ToLowerInvariant(), new BatchSettings { Compression = kind }))]),
    ];

    /// <summary>All settings at their defaults, so that the values of one knob do not affect the next.</summary>
    public static BatchSettings Defaults { get; } = new()
    {
        Policy = BatchPolicy.Dynamic,
        MinBatchSize = 1,
        MaxBatchSize = 256,
        MaxBatchBytes = 1 << 20,
        MinTimeoutUs = 5_000,
        MaxTimeoutUs = 20_000,
        LoadThreshold = 0.7,
        FlushWhenIdle = true,
        PipelineDepth = 2,
        Compression = BatchCompression.None,
        FixedBatchSize = 100,
        FixedTimeoutUs = 5_000,
    };

    private static Knob Of(string name, BatchSettings on, int[] values, Func<int, BatchSettings> settings, string unit = "") =>
        new(name, on, [.. values.Select(value => ($"{value}{unit}", settings(value)))]);
}
