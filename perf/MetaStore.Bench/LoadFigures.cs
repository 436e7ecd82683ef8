using System.Text.Json;

namespace MetaStore.Bench;

/// <summary>Results of one run of a load.</summary>
/// <param name="Throughput">Successful calls per second.</param>
/// <param name="P50">Median latency in microseconds.</param>
/// <param name="P99">99th percentile in microseconds.</param>
/// <param name="P999">99.9th percentile in microseconds.</param>
/// <param name="Failed">Calls that failed.</param>
/// <param name="ClientCpuPerCall">Processor time of the load generator per call, microseconds.</param>
/// <param name="ServerCpuPerCall">Processor time of all servers together per call, microseconds.</param>
/// <param name="LogEntries">Raft log entries written by the run.</param>
/// <param name="DiskBytes">Bytes written to the machine's disks, including the warm-up.</param>
internal sealed record LoadFigures(
    double Throughput, double P50, double P99, double P999, long Failed, double ClientCpuPerCall, double ServerCpuPerCall, ulong LogEntries, long DiskBytes)
{
    /// <summary>Calls per log entry.</summary>
    public double CallsPerEntry(double seconds) => LogEntries == 0 ? 0 : Throughput * seconds / LogEntries;

    /// <summary>Means of runs of the same load.</summary>
    public static LoadFigures MeanOf(IReadOnlyList<LoadFigures> runs) => new(
        runs.Average(run => run.Throughput),
        runs.Average(run => run.P50),
        runs.Average(run => run.P99),
        runs.Average(run => run.P999),
        runs.Sum(run => run.Failed),
        runs.Average(run => run.ClientCpuPerCall),
        runs.Average(run => run.ServerCpuPerCall),
        (ulong)runs.Average(run => (double)run.LogEntries),
        (long)runs.Average(run => run.DiskBytes));

    /// <summary>Parses metaload's JSON and adds the caller's measurements.</summary>
    public static LoadFigures Parse(string json, TimeSpan serverCpu, ulong logEntries, long diskBytes)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var calls = Math.Max(1, root.GetProperty("calls").GetInt64());
        var latency = root.GetProperty("latency_us");
        return new LoadFigures(
            root.GetProperty("throughput").GetDouble(),
            latency.GetProperty("p50").GetDouble(),
            latency.GetProperty("p99").GetDouble(),
            latency.GetProperty("p999").GetDouble(),
            root.GetProperty("failed").GetInt64(),
            root.GetProperty("client").GetProperty("cpu_us_per_call").GetDouble(),
            serverCpu.TotalMicroseconds / calls,
            logEntries,
            diskBytes);
    }
}
