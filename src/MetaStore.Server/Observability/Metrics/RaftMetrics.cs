using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Metrics of the raft node and its peer port that etcd does not have.</summary>
internal sealed class RaftMetrics(RaftNode node, PeerPortCounts port)
{
    /// <summary>Adds the metrics to the page.</summary>
    public void Write(MetricFamilies text)
    {
        NodeProgress progress = node.Progress;
        text.Single("metastore_raft_term", "gauge", "Current term of this member.", progress.Term);
        text.Single("metastore_raft_log_bytes", "gauge", "Bytes of the log's entries, in memory and in files.", progress.LogBytes);
        text.Single("metastore_raft_log_memory_bytes", "gauge", "Bytes of the log's entries in memory.", progress.LogMemoryBytes);
        text.Single("metastore_raft_log_loads_total", "counter", "Times that entries were read back from the log's files for a member that lags.", progress.LogLoads);
        text.Single("metastore_raft_unapplied_entries", "gauge", "Committed entries waiting to be applied.", progress.Unapplied);
        text.Single("metastore_raft_messages_dropped_total", "counter", "Peer messages dropped because the raft thread's queue was full.", node.DroppedMessages);
        text.Single("metastore_raft_messages_refused_total", "counter", "Invalid peer messages dropped.", node.RefusedMessages);
        text.Single("metastore_raft_missing_entries_total", "counter", "Heartbeats in which the leader assumed entries to be durable that this member does not have.", progress.MissingEntries);
        text.Single(
            "metastore_raft_lost_acknowledgements_total", "counter", "Rejections by a follower of entries after one that it had acknowledged.", progress.LostAcknowledgements);
        text.Family("metastore_peer_connections", "gauge", "Open connections at the peer port, by state.")
            .Sample("metastore_peer_connections", "state=\"handshake\"", port.Handshakes)
            .Sample("metastore_peer_connections", "state=\"established\"", port.Established);
        text.Family("metastore_peer_connections_refused_total", "counter", "Connections rejected at the peer port, by reason.");
        foreach ((string reason, long count) in port.Refused)
        {
            text.Sample("metastore_peer_connections_refused_total", $"reason=\"{reason}\"", count);
        }
    }
}
