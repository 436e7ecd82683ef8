namespace MetaStore.Batching.Policies;

/// <summary>Settings of the target policy.</summary>
public sealed record TargetPolicySettings
{
    /// <summary>First size. Default 64.</summary>
    public int InitialSize { get; init; } = 64;

    /// <summary>Smallest size. Default 1.</summary>
    public int MinSize { get; init; } = 1;

    /// <summary>Largest size. Default 1,024.</summary>
    public int MaxSize { get; init; } = 1_024;

    /// <summary>Proposals per second to reach; null: none.</summary>
    public double? ThroughputTarget { get; init; }

    /// <summary>Average time from enqueue to commit to keep; null: none.</summary>
    public TimeSpan? LatencyTarget { get; init; }

    /// <summary>Largest change of the size in one step, as a fraction of it. Default 0.2.</summary>
    public double AdaptationRate { get; init; } = 0.2;

    /// <summary>Time between two steps. Default 5 s.</summary>
    public TimeSpan EvaluationInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Batches that must be sent between two steps. Default 10.</summary>
    public int StabilityThreshold { get; init; } = 10;
}
