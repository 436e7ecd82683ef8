using System.Diagnostics;
using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Compaction durations, with etcd's names and buckets. Written by the apply thread, read by any.</summary>
/// <remarks>A step trims the key index and deletes the records of the same keys: index and store are compacted in the same pause.</remarks>
internal sealed class CompactionMetrics(TimeProvider time)
{
    private readonly Histogram _indexPause = Histogram.Milliseconds(0.5, 14);
    private readonly Histogram _pause = Histogram.Milliseconds(1, 13);
    private readonly Histogram _total = Histogram.Milliseconds(100, 14);
    private long _startedAt;
    private long _lastUnix;

    /// <summary>Records a finished step.</summary>
    /// <param name="stepStartedAt">When it started.</param>
    /// <param name="isLast">True when nothing is left to do.</param>
    public void OnStep(long stepStartedAt, bool isLast)
    {
        TimeSpan took = Stopwatch.GetElapsedTime(stepStartedAt);
        _indexPause.Add(took);
        _pause.Add(took);
        _startedAt = _startedAt == 0 ? stepStartedAt : _startedAt;
        if (isLast)
        {
            _total.Add(Stopwatch.GetElapsedTime(_startedAt));
            _startedAt = 0;
            Volatile.Write(ref _lastUnix, time.GetUtcNow().ToUnixTimeSeconds());
        }
    }

    /// <summary>Adds the metrics to the page.</summary>
    /// <param name="text">The page.</param>
    /// <param name="records">Records deleted so far.</param>
    public void Write(MetricFamilies text, long records)
    {
        text.Histogram("etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds", "Duration of a compaction step of the key index.", _indexPause);
        text.Histogram("etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds", "Duration of a compaction step of the store.", _pause);
        text.Histogram("etcd_debugging_mvcc_db_compaction_total_duration_milliseconds", "Duration of a whole compaction.", _total);
        text.Single("etcd_debugging_mvcc_db_compaction_last", "gauge", "Unix time of the last compaction, in seconds; 0 before the first.", Volatile.Read(ref _lastUnix));
        text.Single("etcd_debugging_mvcc_db_compaction_keys_total", "counter", "Records deleted by compaction.", records);
    }
}
