namespace MetaStore.Raft.Runtime.Batching;

/// <summary>One message per fault, in the words of the configuration file.</summary>
internal static class BatchSettingsValidator
{
    /// <summary>Says all faults in one exception.</summary>
    /// <exception cref="ArgumentException">A value is not valid.</exception>
    public static void ThrowIfUnusable(BatchSettings settings)
    {
        IReadOnlyList<string> faults = settings.Validate();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(settings));
        }
    }

    public static IReadOnlyList<string> Validate(BatchSettings s)
    {
        List<string> faults = [];
        Check(Enum.IsDefined(s.Policy), $"policy {(int)s.Policy} is unknown: use dynamic, fixed, throughput, target or off");
        Check(Enum.IsDefined(s.Compression), $"compression {(int)s.Compression} is unknown: use none, gzip, snappy, lz4 or zstd");
        Check(s.MinBatchSize >= 1, $"min_batch_size must be positive, but is {s.MinBatchSize}");
        Check(s.MaxBatchSize >= 1, $"max_batch_size must be positive, but is {s.MaxBatchSize}");
        Check(s.MaxBatchSize <= BatchSettings.SizeCeiling, $"max_batch_size must be at most {BatchSettings.SizeCeiling}, but is {s.MaxBatchSize}");
        Check(s.MinBatchSize <= s.MaxBatchSize, $"min_batch_size ({s.MinBatchSize}) must not exceed max_batch_size ({s.MaxBatchSize})");
        Check(s.MaxBatchBytes >= 1, $"max_batch_bytes must be positive, but is {s.MaxBatchBytes}");
        Check(s.MaxBatchBytes <= SizeLimits.BatchBytesMax, $"max_batch_bytes must be at most {SizeLimits.BatchBytesMax}, but is {s.MaxBatchBytes}");
        Check(s.MaxCommandBytes >= 1, $"max_command_bytes must be positive, but is {s.MaxCommandBytes}");
        Check(s.MaxCommandBytes <= SizeLimits.CommandBytesMax, $"max_command_bytes must be at most {SizeLimits.CommandBytesMax}, but is {s.MaxCommandBytes}");
        Check(s.MinTimeout > TimeSpan.Zero, $"min_timeout must be positive, but is {Millis(s.MinTimeout)}");
        Check(s.MaxTimeout > TimeSpan.Zero, $"max_timeout must be positive, but is {Millis(s.MaxTimeout)}");
        Check(s.MaxTimeout <= TimeSpan.FromSeconds(10), $"max_timeout must be at most 10 s, but is {Millis(s.MaxTimeout)}");
        Check(s.MinTimeout <= s.MaxTimeout, $"min_timeout ({Millis(s.MinTimeout)}) must not exceed max_timeout ({Millis(s.MaxTimeout)})");
        Check(s.LoadThreshold is >= 0 and <= 1, $"load_threshold must be between 0 and 1, but is {s.LoadThreshold}");
        Check(s.PipelineDepth >= 1, $"pipeline_depth must be positive, but is {s.PipelineDepth}");
        Check(s.CompressionMinBytes >= 1, $"compression_min_bytes must be positive, but is {s.CompressionMinBytes}");
        Check(s.Fixed.BatchSize is >= 1 and <= BatchSettings.SizeCeiling, $"fixed.batch_size must be between 1 and {BatchSettings.SizeCeiling}, but is {s.Fixed.BatchSize}");
        Check(s.Fixed.Timeout > TimeSpan.Zero, $"fixed.timeout must be positive, but is {Millis(s.Fixed.Timeout)}");
        Check(
            s.Throughput.AdaptiveMaxSize >= s.Throughput.FloorSize && s.Throughput.AdaptiveMaxSize <= BatchSettings.SizeCeiling,
            $"throughput.adaptive_max_size must be between {s.Throughput.FloorSize} and {BatchSettings.SizeCeiling}, but is {s.Throughput.AdaptiveMaxSize}");
        Check(s.Throughput.FloorSize >= 1, $"throughput.floor_size must be positive, but is {s.Throughput.FloorSize}");
        Check(s.Throughput.EvaluationInterval > TimeSpan.Zero, "throughput.evaluation_interval must be positive");
        Check(s.Target.MinSize >= 1, $"target.min_size must be positive, but is {s.Target.MinSize}");
        Check(s.Target.MaxSize <= BatchSettings.SizeCeiling, $"target.max_size must be at most {BatchSettings.SizeCeiling}, but is {s.Target.MaxSize}");
        Check(s.Target.MinSize <= s.Target.MaxSize, $"target.min_size ({s.Target.MinSize}) must not exceed target.max_size ({s.Target.MaxSize})");
        Check(
            s.Target.InitialSize >= s.Target.MinSize && s.Target.InitialSize <= s.Target.MaxSize,
            $"target.initial_size must be between target.min_size and target.max_size, but is {s.Target.InitialSize}");
        Check(s.Target.AdaptationRate is > 0 and <= 1, $"target.adaptation_rate must be above 0 and at most 1, but is {s.Target.AdaptationRate}");
        Check(s.Target.EvaluationInterval > TimeSpan.Zero, "target.evaluation_interval must be positive");
        Check(s.Target.StabilityThreshold >= 1, $"target.stability_threshold must be positive, but is {s.Target.StabilityThreshold}");
        Check(s.Target.ThroughputTarget is null or > 0, $"target.throughput_target must be positive, but is {s.Target.ThroughputTarget}");
        Check(s.Target.LatencyTarget is null || s.Target.LatencyTarget > TimeSpan.Zero, "target.latency_target must be positive");
        return faults;

        void Check(bool holds, string message)
        {
            if (!holds)
            {
                faults.Add(message);
            }
        }
    }

    private static string Millis(TimeSpan time) => FormattableString.Invariant($"{time.TotalMilliseconds} ms");
}
