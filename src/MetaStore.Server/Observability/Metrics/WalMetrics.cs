using MetaStore.Raft.Storage.Wal;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Durations and bytes of the log, with etcd's names; logs a segment that does not fit on the disk.</summary>
internal sealed class WalMetrics(string directory, ServerLog log) : IWalObserver
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private long _bytes;
    private long _toldAt = long.MinValue;

    /// <summary>etcd_disk_wal_fsync_duration_seconds: 1 ms to 8.192 s.</summary>
    public Histogram Sync { get; } = new(0.001, 14);

    /// <summary>etcd_disk_wal_write_duration_seconds, same buckets.</summary>
    public Histogram Write { get; } = new(0.001, 14);

    /// <summary>etcd_disk_wal_write_bytes_total.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <inheritdoc/>
    public void OnFrame(int records, int bytes, TimeSpan write, TimeSpan sync)
    {
        Sync.Add(sync);
        Write.Add(write);
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <inheritdoc/>
    public void OnSegment(ulong sequence, long bytes)
    {
        // Segments are not counted; their bytes are those of the frames.
    }

    /// <inheritdoc/>
    public void OnPrepareFailed(IOException error)
    {
        // Reported every second; once a minute is enough in the log.
        long now = Environment.TickCount64;
        if (_toldAt == long.MinValue || now - _toldAt >= Pause.TotalMilliseconds)
        {
            _toldAt = now;
            log.SegmentPutOff(directory, error.Message);
        }
    }
}
