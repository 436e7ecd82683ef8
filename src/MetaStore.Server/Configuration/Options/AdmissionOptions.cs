using MetaStore.Batching.Admission;

namespace MetaStore.Server.Configuration.Options;

/// <summary>Credits that bound how many proposals are inside the node at once. Every value can also be changed while the node runs.</summary>
public sealed class AdmissionOptions
{
    private static readonly AdmissionSettings Default = new();

    /// <summary>"dynamic", "fixed" or "adaptive". Default "dynamic".</summary>
    public string Mode { get; set; } = "dynamic";

    /// <summary>Credits at the start, and always when fixed. 1 to 1,000,000, default 1,000.</summary>
    public int InitialCredits { get; set; } = Default.Initial;

    /// <summary>Never fewer credits than this. 1 to 1,000,000, default 100.</summary>
    public int MinCredits { get; set; } = Default.Min;

    /// <summary>Never more credits than this. 1 to 1,000,000, default 10,000.</summary>
    public int MaxCredits { get; set; } = Default.Max;

    /// <summary>Credits that one client connection may hold while others propose as well; 0 = no limit of its own. 0 to 1,000,000, default 128.</summary>
    public int CreditsPerConnection { get; set; } = Default.PerConnection;

    /// <summary>Credits that only essential calls may take. 0 to 10,000, default 16.</summary>
    public int ReservedCredits { get; set; } = Default.Reserved;

    /// <summary>How fast credits grow, per second. Default 20,000.</summary>
    public int RefillRate { get; set; } = Default.RefillRate;

    /// <summary>Time between two looks at the load. 1 ms to 10 s, default 50 ms.</summary>
    public TimeSpan RefillInterval { get; set; } = Default.RefillInterval;

    /// <summary>Adaptive: share of the memory above which credits shrink. Above 0, at most 1; default 0.7.</summary>
    public double MemoryThreshold { get; set; } = Default.MemoryThreshold;

    /// <summary>Adaptive: average time to the answer above which credits shrink. 1 ms to 1 min, default 1 s.</summary>
    public TimeSpan LatencyCeiling { get; set; } = Default.LatencyCeiling;

    /// <summary>Bytes of proposals that have a credit. 1 MiB to 4 GiB, default 64 MiB.</summary>
    public long MaxBytes { get; set; } = Default.MaxBytes;

    /// <summary>Longest wait for a credit. 1 ms to 1 min, default 2 s.</summary>
    public TimeSpan MaxWait { get; set; } = Default.MaxWait;

    /// <summary>Proposals that wait for a credit. 1 to 1,000,000, default 65,536.</summary>
    public int QueueProposals { get; set; } = Default.MaxWaiting;

    /// <summary>Bytes of them; 0 = 256 MiB, or an eighth of the memory when that is less. Up to 1 TiB, default 0.</summary>
    public long QueueBytes { get; set; }
}
