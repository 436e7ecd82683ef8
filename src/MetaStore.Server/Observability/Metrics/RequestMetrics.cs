using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Membership.Silent;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Services.Slow;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Metrics of client requests, with etcd's names.</summary>
internal sealed class RequestMetrics(
    UpkeepOptions upkeep, RaftNode node, ApplyMetrics applying, SlowApplies slow, SlowReads reads, LabelledCounts requests, PromotionCounts promotions,
    SilentMembers silent)
{
    /// <summary>Adds the metrics to the page.</summary>
    public void Write(MetricFamilies text)
    {
        text.Single("etcd_server_heartbeat_send_failures_total", "counter", "Heartbeats sent late by this member as the leader.", node.Progress.LateHeartbeats);
        text.Single("etcd_server_slow_read_indexes_total", "counter", "ReadIndex rounds that had to be repeated.", node.SlowReadIndexes);
        text.Single("etcd_server_slow_apply_total", "counter", "Commands and reads slower than --warning-apply-duration.", slow.Count);
        text.Single("etcd_server_snapshot_apply_in_progress_total", "gauge", "1 while a snapshot is being installed, else 0.", applying.Installing);
        applying.Write(text);
        text.Family("etcd_server_range_duration_seconds", "histogram", "Duration of reading a range from the state.")
            .Buckets("etcd_server_range_duration_seconds", "success=\"true\"", reads.Ranges)
            .Buckets("etcd_server_range_duration_seconds", "success=\"false\"", reads.RefusedRanges);
        requests.Write(text);
        promotions.Write(text);
        SilentSeconds(text);
        Features(text);
    }

    private void SilentSeconds(MetricFamilies text)
    {
        const string name = "metastore_member_silent_seconds";
        text.Family(name, "gauge", "Time since another member was heard from; 0 while it is connected.");
        foreach ((ulong id, double seconds) in silent.Seconds)
        {
            text.Sample(name, $"member=\"{id:x}\"", seconds);
        }
    }

    /// <summary>The etcd features that can be switched on and off here.</summary>
    private void Features(MetricFamilies text)
    {
        const string name = "etcd_server_feature_enabled";
        int checkpoints = upkeep.LeaseCheckpointInterval > TimeSpan.Zero ? 1 : 0;
        text.Family(name, "gauge", "1 if an etcd feature is enabled, else 0.")
            .Sample(name, "name=\"InitialCorruptCheck\",stage=\"ALPHA\"", upkeep.InitialCorruptCheck ? 1 : 0)
            .Sample(name, "name=\"LeaseCheckpoint\",stage=\"ALPHA\"", checkpoints)
            .Sample(name, "name=\"LeaseCheckpointPersist\",stage=\"ALPHA\"", checkpoints);
    }
}
