namespace MetaStore.Robustness.HostileClient;

/// <summary>Results of a run.</summary>
/// <param name="Careful">Report of the well-behaved client.</param>
/// <param name="AllRun">Whether all members still run.</param>
/// <param name="PeakBytes">Resident memory of the largest member at the end of the attacks.</param>
/// <param name="GrownBytes">Largest growth of a member's resident memory since its start, after at most a minute of idle time.</param>
/// <param name="Busy">Share of a core that the busiest member uses when idle.</param>
public sealed record HostileReport(
    CarefulReport Careful, bool AllRun, long PeakBytes, long GrownBytes, double Busy)
{
    /// <summary>Allowed growth of resident memory: heap that the collector has not returned, and keys written by the hostile clients.</summary>
    public const long MemoryBound = 300L << 20;

    /// <summary>Allowed share of a core of an idle member, for heartbeats and timers.</summary>
    public const double BusyBound = 0.15;

    /// <summary>The longest allowed put.</summary>
    public static TimeSpan PutBound { get; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest time of a put; zero when there was none.</summary>
    public TimeSpan LongestPut => TimeSpan.FromMilliseconds(Careful.Slowest.Select(put => put.Milliseconds).FirstOrDefault());

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Careful.Puts:N0} puts, longest {string.Join(", ", Careful.Slowest)}; errors: {(Careful.Errors.Count == 0 ? "none" : string.Join("; ", Careful.Errors.Select(error => $"{error.Value} x {error.Key}")))}; "
        + $"members {(AllRun ? "all running" : "HAVE EXITED")}; resident peak {PeakBytes >> 20} MiB, {GrownBytes >> 20} MiB more than at the start when idle; busy {Busy:P0} of a core";
}
