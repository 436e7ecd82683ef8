namespace MetaStore.Raft.Runtime.Batching.Admission;

/// <summary>Back-pressure on proposals. A credit is held from admission until the answer, so credits bound what is under way.</summary>
public sealed record AdmissionSettings
{
    /// <summary>What the number of credits follows. Default adaptive.</summary>
    public AdmissionMode Mode { get; init; } = AdmissionMode.Adaptive;

    /// <summary>Credits at the start. Default 1,000.</summary>
    public int Initial { get; init; } = 1_000;

    /// <summary>Never fewer credits than this. Default 100.</summary>
    public int Min { get; init; } = 100;

    /// <summary>Never more credits than this. Default 10,000.</summary>
    public int Max { get; init; } = 10_000;

    /// <summary>Credits that one client connection may hold; null: as many as there are.</summary>
    public int? PerConnection { get; init; }

    /// <summary>How fast the number of credits grows, per second. Default 20,000: from initial to max in half a second.</summary>
    public int RefillRate { get; init; } = 20_000;

    /// <summary>Time between two looks at the load. Default 50 ms.</summary>
    public TimeSpan RefillInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Adaptive: share of the memory available to the process above which credits shrink. Default 0.7.</summary>
    public double MemoryThreshold { get; init; } = 0.7;

    /// <summary>Adaptive: average time from admission to answer above which credits shrink. Default 1 s, far above a healthy cluster.</summary>
    public TimeSpan LatencyCeiling { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of commands under way. Default 64 MiB; one command alone is always let in.</summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>Longest wait for a credit; the call's own deadline may be shorter. Default 2 s.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Calls that may wait for a credit; one more is refused at once. Default 10,000.</summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>Faults of these settings, one sentence each; empty when all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [];
        Check(Enum.IsDefined(Mode), $"backpressure.mode {(int)Mode} is unknown: use fixed, dynamic or adaptive");
        Check(Min >= 1, $"backpressure.min_credits must be positive, but is {Min}");
        Check(Min <= Max, $"backpressure.min_credits ({Min}) must not exceed max_credits ({Max})");
        Check(Initial >= Min && Initial <= Max, $"backpressure.initial_credits must be between min_credits and max_credits, but is {Initial}");
        Check(PerConnection is null or >= 1, $"backpressure.per_connection must be positive, but is {PerConnection}");
        Check(RefillRate >= 1, $"backpressure.refill_rate must be positive, but is {RefillRate}");
        Check(RefillInterval > TimeSpan.Zero, "backpressure.refill_interval must be positive");
        Check(MemoryThreshold is > 0 and <= 1, $"backpressure.memory_threshold must be above 0 and at most 1, but is {MemoryThreshold}");
        Check(LatencyCeiling > TimeSpan.Zero, "backpressure.latency_ceiling must be positive");
        Check(MaxBytes >= 1, $"backpressure.max_bytes must be positive, but is {MaxBytes}");
        Check(MaxWait > TimeSpan.Zero, "backpressure.max_wait must be positive");
        Check(MaxWaiting >= 0, $"backpressure.max_waiting must not be negative, but is {MaxWaiting}");
        return faults;

        void Check(bool holds, string message)
        {
            if (!holds)
            {
                faults.Add(message);
            }
        }
    }
}
