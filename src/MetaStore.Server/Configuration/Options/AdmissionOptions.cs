using MetaStore.Batching.Admission;

namespace MetaStore.Server.Configuration.Options;

/// <summary>Credits that bound how many proposals are in flight. Every value can also be changed at run time.</summary>
public sealed class AdmissionOptions
{
    private static readonly AdmissionSettings Default = new();

    /// <summary>"dynamic", "fixed" or "adaptive". Default "dynamic".</summary>
    public string Mode { get; set; } = "dynamic";

    /// <summary>Credits at startup; mode fixed keeps this number. 1 to 1,000,000, default 1,000.</summary>
    public int InitialCredits { get; set; } = Default.Initial;

    /// <summary>Minimum number of credits. 1 to 1,000,000, default 100.</summary>
    public int MinCredits { get; set; } = Default.Min;

    /// <summary>Maximum number of credits. 1 to 1,000,000, default 10,000.</summary>
    public int MaxCredits { get; set; } = Default.Max;

    /// <summary>Credits that one client connection may hold while others propose as well; 0 = no limit. 0 to 1,000,000, default 128.</summary>
    public int CreditsPerConnection { get; set; } = Default.PerConnection;

    /// <summary>Credits reserved for essential calls. 0 to 10,000, default 16.</summary>
    public int ReservedCredits { get; set; } = Default.Reserved;

    /// <summary>Growth of the number of credits, per second. Default 20,000.</summary>
    public int RefillRate { get; set; } = Default.RefillRate;

    /// <summary>Interval at which the load is checked. 1 ms to 10 s, default 50 ms.</summary>
    public TimeSpan RefillInterval { get; set; } = Default.RefillInterval;

    /// <summary>Adaptive: memory usage above which credits shrink, as a fraction. Above 0, at most 1; default 0.7.</summary>
    public double MemoryThreshold { get; set; } = Default.MemoryThreshold;

    /// <summary>Adaptive: average response time above which credits shrink. 1 ms to 1 min, default 1 s.</summary>
    public TimeSpan LatencyCeiling { get; set; } = Default.LatencyCeiling;

    /// <summary>Bytes of proposals that hold a credit. 1 MiB to 4 GiB, default 64 MiB.</summary>
    public long MaxBytes { get; set; } = Default.MaxBytes;

    /// <summary>Longest wait for a credit. 1 ms to 1 min, default 2 s.</summary>
    public TimeSpan MaxWait { get; set; } = Default.MaxWait;

    /// <summary>Maximum number of proposals waiting for a credit. 1 to 1,000,000, default 65,536.</summary>
    public int QueueProposals { get; set; } = Default.MaxWaiting;

    /// <summary>Bytes of waiting proposals; 0 = 256 MiB, or an eighth of the memory when that is less. Up to 1 TiB, default 0.</summary>
    public long QueueBytes { get; set; }
}
