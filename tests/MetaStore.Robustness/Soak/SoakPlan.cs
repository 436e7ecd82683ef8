namespace MetaStore.Robustness.Soak;

/// <summary>How long a soak runs, and how often each thing happens in it.</summary>
/// <param name="Duration">Of the load; start and last checks come on top.</param>
/// <param name="Period">Every task is done once in each period.</param>
/// <param name="Engine">memory or rocksdb.</param>
/// <param name="Seed">Determines what is drawn, but not the timing.</param>
public sealed record SoakPlan(TimeSpan Duration, TimeSpan Period, string Engine, int Seed)
{
    /// <summary>Samples of this time are not used for slopes: for about a quarter of an hour caches fill, code is compiled, and the collector finds its sizes.</summary>
    public TimeSpan WarmUp => Duration / 2;

    /// <summary>Interval of the samples: 240 in the whole time, at least one a second.</summary>
    public TimeSpan SampleInterval => TimeSpan.FromSeconds(Math.Max(1, Duration.TotalSeconds / 240));

    /// <summary>Flags of every member: everything that happens by itself happens within seconds.</summary>
    public IReadOnlyList<string> MemberFlags =>
    [
        "--engine", Engine, "--rocksdb-write-buffer-bytes", "1MiB", "--rocksdb-block-cache-bytes", "16MiB",
        "--snapshot-count", "2000", "--snapshot-catchup-entries", "200", "--wal-segment-bytes", "1MiB",
        "--auto-compaction-mode", "periodic", "--auto-compaction-retention", "5s", "--corrupt-check-time", "20s", "--lease-checkpoint-interval", "2s",
        "--auth-token-ttl", "2", "--bcrypt-cost", "4", "--watch-progress-notify-interval", "1s", "--log-level", "warn",
    ];
}
