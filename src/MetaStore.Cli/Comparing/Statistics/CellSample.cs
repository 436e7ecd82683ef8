namespace MetaStore.Cli.Comparing.Statistics;

/// <summary>What one mode did under one load in one round.</summary>
internal sealed record CellSample
{
    /// <summary>Round, from 0.</summary>
    public required int Round { get; init; }

    /// <summary>Measured time.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Puts that succeeded in it.</summary>
    public required long Succeeded { get; init; }

    /// <summary>Puts that failed in it, by what was answered.</summary>
    public IReadOnlyDictionary<string, long> Failures { get; init; } = new Dictionary<string, long>();

    /// <summary>Median latency of the puts that succeeded, microseconds.</summary>
    public required double P50Micros { get; init; }

    /// <summary>99th percentile, microseconds.</summary>
    public required double P99Micros { get; init; }

    /// <summary>All latencies; null when only the two above are known.</summary>
    public LatencyCounts? Latencies { get; init; }

    /// <summary>Proposals that the members handed to the log meanwhile.</summary>
    public long Proposals { get; init; }

    /// <summary>Log entries that they made of them.</summary>
    public long Entries { get; init; }

    /// <summary>Bytes that the machine wrote to its disks meanwhile; null when that was not measured.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>Whether throughput was steady when the measurement began.</summary>
    public bool IsSteady { get; init; } = true;

    /// <summary>Successful puts a second.</summary>
    public double PutsPerSecond => Succeeded / Math.Max(Time.TotalSeconds, 1e-9);

    /// <summary>Puts that failed.</summary>
    public long Failed => Failures.Values.Sum();
}
