namespace MetaStore.Batching.Policies;

/// <summary>State of a policy: its outputs for the batcher, and what it needs to remember. A value; policies themselves are stateless.</summary>
internal readonly record struct PolicyState
{
    /// <summary>Batch size: a batch with this many proposals is sent; at least 1.</summary>
    public required int Size { get; init; }

    /// <summary>Longest wait of the oldest proposal.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Moving average of the demand relative to the largest size, 0 to 1.</summary>
    public double Load { get; init; }

    /// <summary>Moving average of proposals per batch.</summary>
    public double AverageSize { get; init; }

    /// <summary>Moving average of proposals per second.</summary>
    public double Throughput { get; init; }

    /// <summary>Throughput at the step before.</summary>
    public double LastThroughput { get; init; }

    /// <summary>Proposals since the last step.</summary>
    public long Proposals { get; init; }

    /// <summary>Batches since the last step.</summary>
    public long Batches { get; init; }

    /// <summary>Time of the last step.</summary>
    public TimeSpan SteppedAt { get; init; }
}
