using MetaStore.Batching.Admission;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Raft;

namespace MetaStore.Batching.Tests.Admission;

/// <summary>A client of the <see cref="AdmissionModel"/>. Times are in milliseconds.</summary>
internal sealed class ModelConnection
{
    public ConnectionCredits Credits { get; } = new();

    public Queue<(int Arrived, Task<ProposalAdmissionResult> Task)> Waits { get; } = new();

    public int Bytes { get; init; } = 100;

    public bool IsClosed { get; init; }

    /// <summary>Open loop: arriving calls per millisecond.</summary>
    public double PerMillisecond { get; set; }

    public double Due { get; set; }

    /// <summary>Closed loop: callers ready to call.</summary>
    public int Ready { get; set; }

    public int Answered { get; set; }

    public int Refused { get; set; }

    /// <summary>Longest wait of an admitted call.</summary>
    public int LongestWait { get; set; }

    /// <summary>Completion time and latency of each call.</summary>
    public List<(int At, int Latency)> Latencies { get; } = [];

    public int LatencyAt(double share, double fromSecond, double toSecond)
    {
        int[] sorted = [.. Latencies.Where(call => call.At >= fromSecond * 1000 && call.At < toSecond * 1000).Select(call => call.Latency).Order()];
        return sorted[(int)(share * (sorted.Length - 1))];
    }

    public double PerSecond(double fromSecond, double toSecond) =>
        Latencies.Count(call => call.At >= fromSecond * 1000 && call.At < toSecond * 1000) / (toSecond - fromSecond);
}
