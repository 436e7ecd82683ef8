using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>The raft node and its peer port: what etcd has no name for.</summary>
internal sealed class RaftMetrics(RaftNode node, PeerPortCounts port)
{
    /// <summary>Adds them to the page.</summary>
    public void Write(MetricFamilies text)
    {
        NodeProgress progress = node.Progress;
        text.Single("metastore_raft_term", "gauge", "The term this member is in.", progress.Term);
        text.Single("metastore_raft_log_bytes", "gauge", "Bytes of the entries that are kept in memory.", progress.LogBytes);
        text.Single("metastore_raft_unapplied_entries", "gauge", "Committed entries that wait to be applied.", progress.Unapplied);
        text.Single("metastore_raft_messages_dropped_total", "counter", "Peer messages dropped because the raft thread had no room for them.", node.DroppedMessages);
        text.Single("metastore_raft_messages_refused_total", "counter", "Peer messages dropped because no correct member sends such.", node.RefusedMessages);
        text.Single("metastore_raft_missing_entries_total", "counter", "Heartbeats that said more entries are durable on this member than there are.", progress.MissingEntries);
        text.Single(
            "metastore_raft_lost_acknowledgements_total", "counter", "Refusals by a follower of what follows an entry that it had acknowledged.", progress.LostAcknowledgements);
        text.Family("metastore_peer_connections", "gauge", "Open connections at the peer port, by state.")
            .Sample("metastore_peer_connections", "state=\"handshake\"", port.Handshakes)
            .Sample("metastore_peer_connections", "state=\"established\"", port.Established);
        text.Family("metastore_peer_connections_refused_total", "counter", "Connections refused at the peer port, by reason.");
        foreach ((string reason, long count) in port.Refused)
        {
            text.Sample("metastore_peer_connections_refused_total", $"reason=\"{reason}\"", count);
        }
    }
}
