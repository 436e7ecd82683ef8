using System.Diagnostics.Metrics;
using MetaStore.Raft.Runtime.Reads;
using MetaStore.Raft.Runtime.Transport;

namespace MetaStore.Raft.Runtime.Observability;

/// <summary>The node's numbers as instruments of the meter <see cref="MeterName"/>, by etcd's names where etcd has them.</summary>
/// <remarks>All are read when somebody collects; nothing is added on the way of a write.</remarks>
public sealed class RuntimeMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "MetaStore";

    private readonly Meter _meter = new(MeterName);

    internal RuntimeMetrics(ulong nodeId, NodeProgress progress, ReadIndexRounds reads, NodeMailbox mailbox, IPeerTransport transport)
    {
        string local = nodeId.ToString("x16");
        _meter.CreateObservableGauge("etcd_server_has_leader", () => progress.Leader != 0 ? 1 : 0);
        _meter.CreateObservableGauge("etcd_server_is_leader", () => progress.Role == Role.Leader ? 1 : 0);
        _meter.CreateObservableCounter("etcd_server_leader_changes_seen_total", () => progress.LeaderChanges);
        _meter.CreateObservableGauge("etcd_server_proposals_committed_total", () => (long)progress.Committed);
        _meter.CreateObservableGauge("etcd_server_proposals_applied_total", () => (long)progress.Applied);
        _meter.CreateObservableCounter("etcd_server_read_indexes_failed_total", () => reads.Failed);
        _meter.CreateObservableCounter("etcd_server_slow_read_indexes_total", () => reads.Slow);
        _meter.CreateObservableGauge("metastore_raft_term", () => (long)progress.Term);
        _meter.CreateObservableGauge("metastore_raft_log_bytes", () => progress.LogBytes);
        _meter.CreateObservableGauge("metastore_raft_unapplied_entries", () => progress.Unapplied);
        _meter.CreateObservableCounter("metastore_raft_messages_dropped_total", () => mailbox.MessagesDropped);
        _meter.CreateObservableCounter("metastore_raft_messages_refused_total", () => progress.RefusedMessages + transport.RefusedMessages);
        _meter.CreateObservableCounter("metastore_raft_missing_entries_total", () => progress.MissingEntries);
        _meter.CreateObservableCounter("metastore_raft_lost_acknowledgements_total", () => progress.LostAcknowledgements);
        _meter.CreateObservableCounter(
            "etcd_network_peer_sent_bytes_total", () => PerPeer(transport, "To", peer => peer.Traffic.SentBytes));
        _meter.CreateObservableCounter(
            "etcd_network_peer_received_bytes_total", () => PerPeer(transport, "From", peer => peer.Traffic.ReceivedBytes));
        _meter.CreateObservableCounter(
            "etcd_network_peer_sent_failures_total",
            () => PerPeer(transport, "To", peer => peer.Traffic.SendFailures + peer.Traffic.Dropped));
        _meter.CreateObservableGauge("etcd_network_active_peers", () => Active(transport, local));
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> PerPeer(IPeerTransport transport, string label, Func<PeerStatus, long> value) =>
        transport.Peers.Select(peer => new Measurement<long>(value(peer), Tag(label, peer.Node)));

    private static IEnumerable<Measurement<long>> Active(IPeerTransport transport, string local) =>
        transport.Peers.Select(peer => new Measurement<long>(
            peer.IsActive ? 1 : 0, new KeyValuePair<string, object?>("Local", local), Tag("Remote", peer.Node)));

    private static KeyValuePair<string, object?> Tag(string label, ulong node) => new(label, node.ToString("x16"));
}
