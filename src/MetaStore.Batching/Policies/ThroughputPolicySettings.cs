namespace MetaStore.Batching.Policies;

/// <summary>Settings of the throughput policy.</summary>
public sealed record ThroughputPolicySettings
{
    /// <summary>Smallest size, and the first. Default 16.</summary>
    public int FloorSize { get; init; } = 16;

    /// <summary>Largest size. Default 10,000.</summary>
    public int AdaptiveMaxSize { get; init; } = 10_000;

    /// <summary>Time between two steps. Default 5 s.</summary>
    public TimeSpan EvaluationInterval { get; init; } = TimeSpan.FromSeconds(5);
}
