using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Services;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>How requests of clients fare, by etcd's names.</summary>
internal sealed class RequestMetrics(
    UpkeepOptions upkeep, RaftNode node, ApplyMetrics applying, SlowApplies slow, SlowReads reads, LabelledCounts requests, PromotionCounts promotions)
{
    /// <summary>Adds them to the page.</summary>
    public void Write(MetricFamilies text)
    {
        text.Single("etcd_server_heartbeat_send_failures_total", "counter", "Times heartbeats were late because this member, leading, was late.", node.Progress.LateHeartbeats);
        text.Single("etcd_server_slow_read_indexes_total", "counter", "Rounds of linearizable reads that had to be asked again.", node.SlowReadIndexes);
        text.Single("etcd_server_slow_apply_total", "counter", "Commands and reads slower than --warning-apply-duration.", slow.Count);
        text.Single("etcd_server_snapshot_apply_in_progress_total", "gauge", "1 while a snapshot is being installed.", applying.Installing);
        applying.Write(text);
        text.Family("etcd_server_range_duration_seconds", "histogram", "Time in which a range was read from the state.")
            .Buckets("etcd_server_range_duration_seconds", "success=\"true\"", reads.Ranges)
            .Buckets("etcd_server_range_duration_seconds", "success=\"false\"", reads.RefusedRanges);
        requests.Write(text);
        promotions.Write(text);
        Features(text);
    }

    /// <summary>Of etcd's features those that can be switched on and off here.</summary>
    private void Features(MetricFamilies text)
    {
        const string name = "etcd_server_feature_enabled";
        int checkpoints = upkeep.LeaseCheckpointInterval > TimeSpan.Zero ? 1 : 0;
        text.Family(name, "gauge", "1 for a feature of etcd's that is on, 0 for one that is off.")
            .Sample(name, "name=\"InitialCorruptCheck\",stage=\"ALPHA\"", upkeep.InitialCorruptCheck ? 1 : 0)
            .Sample(name, "name=\"LeaseCheckpoint\",stage=\"ALPHA\"", checkpoints)
            .Sample(name, "name=\"LeaseCheckpointPersist\",stage=\"ALPHA\"", checkpoints);
    }
}
