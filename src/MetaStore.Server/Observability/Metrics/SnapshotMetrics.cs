using System.Collections.Concurrent;
using System.Diagnostics;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Durations of writing and transferring snapshot files, with etcd's names and buckets. Any thread.</summary>
internal sealed class SnapshotMetrics : ISnapshotStoreObserver, ISnapshotTransferObserver
{
    private readonly Histogram _body = new(0.001, 14);
    private readonly Histogram _save = new(0.001, 14);
    private readonly Histogram _sync = new(0.001, 14);
    private readonly Histogram _receivedSave = new(0.1, 10);
    private readonly Histogram _receivedSync = new(0.001, 14);
    private readonly ConcurrentDictionary<ulong, Way> _sent = [];
    private readonly ConcurrentDictionary<ulong, Way> _received = [];

    /// <inheritdoc/>
    public void OnWritten(TimeSpan body, TimeSpan sync, TimeSpan total)
    {
        _body.Add(body);
        _sync.Add(sync);
        _save.Add(total);
    }

    /// <inheritdoc/>
    public void OnReceived(TimeSpan sync, TimeSpan total)
    {
        _receivedSync.Add(sync);
        _receivedSave.Add(total);
    }

    /// <inheritdoc/>
    public void OnBegun(ulong peer, bool outgoing) => WaysOf(outgoing).GetOrAdd(peer, static _ => new Way()).Begin();

    /// <inheritdoc/>
    public void OnEnded(ulong peer, bool outgoing, bool delivered) => WaysOf(outgoing).GetOrAdd(peer, static _ => new Way()).End(delivered);

    /// <summary>Adds the metrics to the page, and forgets transfers with members that are gone: a cluster whose members are replaced would show more and more of them.</summary>
    /// <param name="text">The page.</param>
    /// <param name="peers">The other members, as they are now.</param>
    public void Write(MetricFamilies text, IReadOnlySet<ulong> peers)
    {
        KeepOnly(_sent, peers);
        KeepOnly(_received, peers);
        text.Histogram("etcd_debugging_snap_save_marshalling_duration_seconds", "Duration of writing the state into a snapshot file.", _body);
        text.Histogram("etcd_debugging_snap_save_total_duration_seconds", "Duration of making a snapshot file.", _save);
        text.Histogram("etcd_snap_fsync_duration_seconds", "Duration of the sync of a snapshot file.", _sync);
        text.Histogram("etcd_snap_db_save_total_duration_seconds", "Duration of storing a snapshot from another member.", _receivedSave);
        text.Histogram("etcd_snap_db_fsync_duration_seconds", "Duration of the sync of a snapshot from another member.", _receivedSync);
        Write(text, "send", "To", _sent);
        Write(text, "receive", "From", _received);
    }

    private ConcurrentDictionary<ulong, Way> WaysOf(bool outgoing) => outgoing ? _sent : _received;

    private static void KeepOnly(ConcurrentDictionary<ulong, Way> ways, IReadOnlySet<ulong> peers)
    {
        foreach (ulong gone in ways.Keys.Where(peer => !peers.Contains(peer)))
        {
            ways.TryRemove(gone, out _);
        }
    }

    private static void Write(MetricFamilies text, string verb, string label, ConcurrentDictionary<ulong, Way> ways)
    {
        string prefix = $"etcd_network_snapshot_{verb}_";
        Each(prefix + "success", "counter", "Snapshot transfers completed.", way => way.Delivered);
        Each(prefix + "failures", "counter", "Snapshot transfers failed.", way => way.Failed);
        Each(prefix + "inflights_total", "gauge", "Snapshot transfers in progress.", way => way.Inflight);
        string duration = prefix + "total_duration_seconds";
        text.Family(duration, "histogram", "Duration of a completed snapshot transfer.");
        foreach ((ulong peer, Way way) in ways)
        {
            text.Buckets(duration, $"{label}=\"{peer:x}\"", way.Times);
        }

        void Each(string name, string type, string help, Func<Way, long> value)
        {
            text.Family(name, type, help);
            foreach ((ulong peer, Way way) in ways)
            {
                text.Sample(name, $"{label}=\"{peer:x}\"", value(way));
            }
        }
    }

    /// <summary>Transfers to one peer, or from it. One at a time.</summary>
    private sealed class Way
    {
        private readonly Lock _gate = new();
        private long _startedAt;

        public Histogram Times { get; } = new(0.1, 10);

        public long Delivered { get; private set; }

        public long Failed { get; private set; }

        public long Inflight => _startedAt == 0 ? 0 : 1;

        public void Begin()
        {
            lock (_gate)
            {
                _startedAt = Stopwatch.GetTimestamp();
            }
        }

        public void End(bool delivered)
        {
            lock (_gate)
            {
                if (delivered && _startedAt != 0)
                {
                    Times.Add(Stopwatch.GetElapsedTime(_startedAt));
                }

                Delivered += delivered ? 1 : 0;
                Failed += delivered ? 0 : 1;
                _startedAt = 0;
            }
        }
    }
}
