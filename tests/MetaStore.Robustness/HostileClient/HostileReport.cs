namespace MetaStore.Robustness.HostileClient;

/// <summary>What a run showed.</summary>
/// <param name="Careful">Of the careful client.</param>
/// <param name="AllRun">No member has ended.</param>
/// <param name="PeakBytes">Resident memory of the largest member at the end of the attacks.</param>
/// <param name="GrownBytes">Resident memory of a member above its start, after at most a minute of rest.</param>
/// <param name="Busy">Share of a core that the busiest member uses at rest.</param>
public sealed record HostileReport(
    CarefulReport Careful, bool AllRun, long PeakBytes, long GrownBytes, double Busy)
{
    /// <summary>Resident memory that a member may keep: heap the collector has not given back, and the keys the hostile clients wrote.</summary>
    public const long MemoryBound = 300L << 20;

    /// <summary>Share of a core that a member may use at rest: heartbeats and timers.</summary>
    public const double BusyBound = 0.15;

    /// <summary>The longest a put may take.</summary>
    public static TimeSpan PutBound { get; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest time of a put; zero when there was none.</summary>
    public TimeSpan LongestPut => TimeSpan.FromMilliseconds(Careful.Slowest.Select(put => put.Milliseconds).FirstOrDefault());

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Careful.Puts:N0} puts, longest {string.Join(", ", Careful.Slowest)}; errors: {(Careful.Errors.Count == 0 ? "none" : string.Join("; ", Careful.Errors.Select(error => $"{error.Value} x {error.Key}")))}; "
        + $"members {(AllRun ? "all run" : "HAVE ENDED")}; resident peak {PeakBytes >> 20} MiB, {GrownBytes >> 20} MiB above the start at rest; busy {Busy:P0} of a core";
}
