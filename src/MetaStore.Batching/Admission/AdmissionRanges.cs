namespace MetaStore.Batching.Admission;

/// <summary>Ranges of the admission settings, for the configuration, flags and the admin RPC.</summary>
public static class AdmissionRanges
{
    /// <summary>Maximum number of credits, and of waiting calls.</summary>
    public const int CreditsMax = 1_000_000;

    /// <summary>Maximum number of reserved credits.</summary>
    public const int ReservedMax = 10_000;

    /// <summary>Fastest growth, in credits per second.</summary>
    public const int RefillRateMax = 100_000_000;

    /// <summary>Minimum of the bytes in flight.</summary>
    public const long BytesMin = 1 << 20;

    /// <summary>Maximum of the bytes in flight.</summary>
    public const long BytesMax = 4L << 30;

    /// <summary>Maximum of the waiting bytes.</summary>
    public const long WaitingBytesMax = 1L << 40;

    /// <summary>Minimum interval of checking the load.</summary>
    public static readonly TimeSpan RefillIntervalMin = TimeSpan.FromMilliseconds(1);

    /// <summary>Maximum interval of checking the load; deadlines of waiting calls are checked as often.</summary>
    public static readonly TimeSpan RefillIntervalMax = TimeSpan.FromSeconds(10);

    /// <summary>Minimum of the latency ceiling.</summary>
    public static readonly TimeSpan LatencyCeilingMin = TimeSpan.FromMilliseconds(1);

    /// <summary>Minimum of the longest wait.</summary>
    public static readonly TimeSpan MaxWaitMin = TimeSpan.FromMilliseconds(1);

    /// <summary>Maximum of the longest wait and of the latency ceiling.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(1);
}
