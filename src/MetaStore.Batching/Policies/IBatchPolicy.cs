namespace MetaStore.Batching.Policies;

/// <summary>A pure function from observed load to size and timeout. No clock, no state, no locks.</summary>
internal interface IBatchPolicy
{
    /// <summary>The initial state.</summary>
    PolicyState Start(TimeSpan now);

    /// <summary>The state after one more sample.</summary>
    PolicyState Next(in PolicyState state, in LoadSample sample);
}

/// <summary>Measurements at a flush or a timer tick, the only input of a policy.</summary>
/// <param name="Demand">
/// Largest number of proposals buffered and in flight (proposed and not yet applied) at once since the last sample. Not the current number: most
/// flushes follow the completion of a batch, when its callers have not submitted their next proposals yet. And not the buffer alone: it is closed at
/// the size that is computed from it, so it never shows more than that size.
/// </param>
/// <param name="Flushed">Proposals sent with this flush; 0 at a tick without one.</param>
/// <param name="Now">Monotonic time since the batcher started.</param>
/// <param name="AverageLatency">Recent average from enqueue to commit; zero when nothing was committed.</param>
internal readonly record struct LoadSample(int Demand, int Flushed, TimeSpan Now, TimeSpan AverageLatency);

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
