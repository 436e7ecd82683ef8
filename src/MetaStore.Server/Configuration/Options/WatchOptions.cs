using MetaStore.Server.Budgets;

namespace MetaStore.Server.Configuration.Options;

/// <summary>Limits of watches.</summary>
public sealed class WatchOptions
{
    /// <summary>Interval of progress notifications on an idle watch that asked for them. 100 ms to 24 h, default 10 min, as in etcd.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes queued per stream. 64 KiB to 1 GiB, default 4 MiB.</summary>
    public long QueueBytes { get; set; } = 4 << 20;

    /// <summary>Bytes queued on all streams together, up to 1 TiB. 0 = 256 MiB, or an eighth of the memory when that is less. Default 0.</summary>
    public long QueueBytesTotal { get; set; }

    /// <summary><see cref="QueueBytesTotal"/> with 0 resolved.</summary>
    public long EffectiveQueueBytesTotal => MemoryShare.ForWatches(QueueBytesTotal);

    /// <summary>Watches on one stream. 1 to 10,000,000, default 10,000.</summary>
    public int WatchersPerStream { get; set; } = 10_000;
}
