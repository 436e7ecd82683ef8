namespace MetaStore.Batching.Admission;

/// <summary>Back-pressure on proposals. A credit is held from admission to completion, so credits bound the proposals in flight.</summary>
public sealed record AdmissionSettings
{
    /// <summary>What the number of credits depends on. Default dynamic.</summary>
    public AdmissionMode Mode { get; init; } = AdmissionMode.Dynamic;

    /// <summary>Credits at startup; mode fixed keeps this number. Default 1,000.</summary>
    public int Initial { get; init; } = 1_000;

    /// <summary>Minimum number of credits. Default 100.</summary>
    public int Min { get; init; } = 100;

    /// <summary>Maximum number of credits. Default 10,000.</summary>
    public int Max { get; init; } = 10_000;

    /// <summary>
    /// Credits that ordinary calls of one client connection may hold while other connections propose as well (within the last second). 0 means no
    /// limit: scarce credits are granted round-robin. Default 128.
    /// </summary>
    public int PerConnection { get; init; } = 128;

    /// <summary>Growth of the number of credits, per second. Default 20,000: from initial to max in half a second.</summary>
    public int RefillRate { get; init; } = 20_000;

    /// <summary>Interval at which the load is checked. Default 50 ms.</summary>
    public TimeSpan RefillInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Adaptive: memory usage of the process above which credits shrink, as a fraction of the available memory. Default 0.7.</summary>
    public double MemoryThreshold { get; init; } = 0.7;

    /// <summary>Adaptive: average time from admission to completion above which credits shrink. Default 1 s, far above that of a healthy cluster.</summary>
    public TimeSpan LatencyCeiling { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of commands in flight. Default 64 MiB; a single command is always admitted.</summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Longest wait for a credit; the call's own deadline may be shorter. Default 2 s. A quarter of it once calls have waited that long without
    /// interruption: then it is not a burst, and a longer queue would only delay every response.
    /// </summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Most calls that may wait for a credit. Fewer may when the cluster is not expected to complete that many within the wait. Above that, calls are
    /// rejected at once unless their connection has less than its share waiting. Default 65,536.
    /// </summary>
    public int MaxWaiting { get; init; } = 65_536;

    /// <summary>Bytes of the waiting commands, limited in the same way. Default 256 MiB.</summary>
    public long MaxWaitingBytes { get; init; } = 256L << 20;

    /// <summary>Credits reserved for essential calls. Default 16.</summary>
    public int Reserved { get; init; } = 16;

    /// <summary>Errors in these settings, one sentence each; empty when they are valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [];
        Check(Enum.IsDefined(Mode), $"mode {(int)Mode} is unknown: use dynamic, fixed or adaptive");
        Whole("initial_credits", Initial, 1, AdmissionRanges.CreditsMax);
        Whole("min_credits", Min, 1, AdmissionRanges.CreditsMax);
        Whole("max_credits", Max, 1, AdmissionRanges.CreditsMax);
        Check(Min <= Max, $"min_credits ({Min}) must not exceed max_credits ({Max})");
        Check(Min > Max || (Initial >= Min && Initial <= Max), $"initial_credits must be from min_credits ({Min}) to max_credits ({Max}), but is {Initial}");
        Whole("credits_per_connection", PerConnection, 0, AdmissionRanges.CreditsMax);
        Whole("refill_rate", RefillRate, 1, AdmissionRanges.RefillRateMax);
        Time("refill_interval", RefillInterval, AdmissionRanges.RefillIntervalMin, AdmissionRanges.RefillIntervalMax);
        Check(MemoryThreshold is > 0 and <= 1, FormattableString.Invariant($"memory_threshold must be above 0 and at most 1, but is {MemoryThreshold}"));
        Time("latency_ceiling", LatencyCeiling, AdmissionRanges.LatencyCeilingMin, AdmissionRanges.TimeMax);
        Whole("max_bytes", MaxBytes, AdmissionRanges.BytesMin, AdmissionRanges.BytesMax);
        Time("max_wait", MaxWait, AdmissionRanges.MaxWaitMin, AdmissionRanges.TimeMax);
        Whole("queue_proposals", MaxWaiting, 1, AdmissionRanges.CreditsMax);
        Whole("queue_bytes", MaxWaitingBytes, 1, AdmissionRanges.WaitingBytesMax);
        Whole("reserved_credits", Reserved, 0, AdmissionRanges.ReservedMax);
        return faults;

        void Whole(string name, long value, long min, long max) => Check(value >= min && value <= max, $"{name} must be from {min} to {max}, but is {value}");

        void Time(string name, TimeSpan value, TimeSpan min, TimeSpan max) => Check(
            value >= min && value <= max,
            FormattableString.Invariant($"{name} must be from {min.TotalMilliseconds:0.###} ms to {max.TotalMilliseconds:0.###} ms, but is {value.TotalMilliseconds:0.###} ms"));

        void Check(bool holds, string message)
        {
            if (!holds)
            {
                faults.Add("admission." + message);
            }
        }
    }
}
