using MetaStore.Server.Budgets;

namespace MetaStore.Server.Configuration.Options;

/// <summary>What watching may cost.</summary>
public sealed class WatchOptions
{
    /// <summary>Time between progress messages of an idle watch that wants them. 100 ms to 24 h, default 10 min, as in etcd.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes that may wait on one stream. 64 KiB to 1 GiB, default 4 MiB.</summary>
    public long QueueBytes { get; set; } = 4 << 20;

    /// <summary>Bytes that may wait on all streams together, up to 1 TiB. 0 = 256 MiB, or an eighth of the memory there is when that is less. Default 0.</summary>
    public long QueueBytesTotal { get; set; }

    /// <summary>The same, with what 0 stands for.</summary>
    public long EffectiveQueueBytesTotal => MemoryShare.ForWatches(QueueBytesTotal);

    /// <summary>Watches on one stream. 1 to 10,000,000, default 10,000.</summary>
    public int WatchersPerStream { get; set; } = 10_000;
}
