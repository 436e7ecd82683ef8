namespace MetaStore.Bench.Gathered;

/// <summary>Results of one run of callers in this process.</summary>
/// <param name="Throughput">Calls per second.</param>
/// <param name="P50">Median latency in microseconds.</param>
/// <param name="P99">99th percentile in microseconds.</param>
/// <param name="CpuPerCall">Processor time of this process per call, microseconds.</param>
internal sealed record ClientFigures(double Throughput, double P50, double P99, double CpuPerCall)
{
    /// <summary>Processor time of all members per call, microseconds; null where it is not measured.</summary>
    public double? ServerCpuPerCall { get; init; }
}
