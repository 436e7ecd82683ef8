using System.Diagnostics;
using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Durations of maintenance calls, with etcd's names and buckets. Any thread.</summary>
internal sealed class MaintenanceMetrics
{
    private readonly Histogram _hash = new(0.01, 15);
    private readonly Histogram _hashRev = new(0.01, 15);
    private readonly Histogram _defrag = new(0.1, 13);
    private readonly Histogram _snapshot = new(0.01, 17);
    private int _defragmenting;

    /// <summary>Records a hash of the whole state.</summary>
    public void OnHash(long startedAt) => _hash.Add(Stopwatch.GetElapsedTime(startedAt));

    /// <summary>Records a hash of the state up to a revision.</summary>
    public void OnHashRev(long startedAt) => _hashRev.Add(Stopwatch.GetElapsedTime(startedAt));

    /// <summary>Records a backup.</summary>
    public void OnSnapshot(long startedAt) => _snapshot.Add(Stopwatch.GetElapsedTime(startedAt));

    /// <summary>Starts a defragmentation.</summary>
    public long BeginDefrag()
    {
        Interlocked.Increment(ref _defragmenting);
        return Stopwatch.GetTimestamp();
    }

    /// <summary>Ends a defragmentation, successful or not.</summary>
    public void EndDefrag(long startedAt)
    {
        _defrag.Add(Stopwatch.GetElapsedTime(startedAt));
        Interlocked.Decrement(ref _defragmenting);
    }

    /// <summary>Adds the metrics to the page.</summary>
    public void Write(MetricFamilies text)
    {
        text.Histogram("etcd_mvcc_hash_duration_seconds", "Duration of hashing the whole state.", _hash);
        text.Histogram("etcd_mvcc_hash_rev_duration_seconds", "Duration of hashing the state up to a revision.", _hashRev);
        text.Histogram("etcd_disk_backend_defrag_duration_seconds", "Duration of a defragmentation.", _defrag);
        text.Single("etcd_disk_defrag_inflight", "gauge", "1 while the engine is being defragmented.", Math.Min(1, Volatile.Read(ref _defragmenting)));
        text.Histogram("etcd_disk_backend_snapshot_duration_seconds", "Duration of sending a backup to a client.", _snapshot);
    }
}
