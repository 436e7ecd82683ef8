namespace MetaStore.Cli.Comparing.Statistics;

/// <summary>Results of one mode under one load in one round.</summary>
internal sealed record CellSample
{
    /// <summary>Round, from 0.</summary>
    public required int Round { get; init; }

    /// <summary>Measured time.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Successful puts.</summary>
    public required long Succeeded { get; init; }

    /// <summary>Failed puts, by error.</summary>
    public IReadOnlyDictionary<string, long> Failures { get; init; } = new Dictionary<string, long>();

    /// <summary>Median latency of the successful puts, in microseconds.</summary>
    public required double P50Micros { get; init; }

    /// <summary>99th percentile of the latency, in microseconds.</summary>
    public required double P99Micros { get; init; }

    /// <summary>All latencies; null when only the two percentiles are known.</summary>
    public LatencyCounts? Latencies { get; init; }

    /// <summary>Proposals that the members sent to the log meanwhile.</summary>
    public long Proposals { get; init; }

    /// <summary>Log entries that contained them.</summary>
    public long Entries { get; init; }

    /// <summary>Bytes that the machine wrote to its disks meanwhile; null when that was not measured.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>Whether the throughput was steady when the measurement started.</summary>
    public bool IsSteady { get; init; } = true;

    /// <summary>Successful puts per second.</summary>
    public double PutsPerSecond => Succeeded / Math.Max(Time.TotalSeconds, 1e-9);

    /// <summary>Failed puts.</summary>
    public long Failed => Failures.Values.Sum();
}
