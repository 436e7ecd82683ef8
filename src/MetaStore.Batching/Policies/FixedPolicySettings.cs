namespace MetaStore.Batching.Policies;

/// <summary>Settings of the fixed policy.</summary>
public sealed record FixedPolicySettings
{
    /// <summary>Proposals per batch. Default 100.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>Longest wait of the oldest proposal. Default 5 ms.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(5);
}
