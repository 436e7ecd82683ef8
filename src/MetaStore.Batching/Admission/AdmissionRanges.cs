namespace MetaStore.Batching.Admission;

/// <summary>What the settings of admission may be, wherever they come from: configuration, flags or the admin RPC.</summary>
public static class AdmissionRanges
{
    /// <summary>Most credits, and most calls that wait.</summary>
    public const int CreditsMax = 1_000_000;

    /// <summary>Most credits in reserve.</summary>
    public const int ReservedMax = 10_000;

    /// <summary>Fastest growth, in credits per second.</summary>
    public const int RefillRateMax = 100_000_000;

    /// <summary>Least bytes of the commands under way.</summary>
    public const long BytesMin = 1 << 20;

    /// <summary>Most bytes of the commands under way.</summary>
    public const long BytesMax = 4L << 30;

    /// <summary>Most bytes of the commands that wait.</summary>
    public const long WaitingBytesMax = 1L << 40;

    /// <summary>Shortest time between two looks at the load.</summary>
    public static readonly TimeSpan RefillIntervalMin = TimeSpan.FromMilliseconds(1);

    /// <summary>Longest time between two looks at the load; a waiting call's deadline is looked at as often.</summary>
    public static readonly TimeSpan RefillIntervalMax = TimeSpan.FromSeconds(10);

    /// <summary>Lowest ceiling of the latency.</summary>
    public static readonly TimeSpan LatencyCeilingMin = TimeSpan.FromMilliseconds(1);

    /// <summary>Shortest bound of a wait.</summary>
    public static readonly TimeSpan MaxWaitMin = TimeSpan.FromMilliseconds(1);

    /// <summary>Longest bound of a wait, and highest ceiling of the latency.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(1);
}
