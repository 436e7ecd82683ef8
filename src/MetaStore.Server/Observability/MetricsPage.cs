using System.Diagnostics;
using MetaStore.Engines;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening;
using MetaStore.Raft;
using MetaStore.Raft.Runtime;
using MetaStore.Raft.Runtime.Batching;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Server.Api;
using MetaStore.Server.Budgets;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Hosting;
using MetaStore.Server.Leasing;
using MetaStore.Server.Reads;
using MetaStore.Server.Watching;
using MetaStore.StateMachine;

namespace MetaStore.Server.Observability;

/// <summary>The page /metrics: etcd's names where etcd has the thing, metastore_ names otherwise. Read when asked; nothing is added on the data path.</summary>
internal sealed class MetricsPage(
    ulong memberId, WritePath write, ReadDispatcher reads, ReplicatedStateMachine machine, LeaseClock clock, SpaceQuota quota, GrpcCallMetrics calls,
    WalMetrics wal, WatchRoom watches, HealthChecks health, ResponseBudget responses, ListenerOptions clients, StoreMetrics store, RequestMetrics requests,
    SnapshotMetrics snapshots)
{
    private readonly RaftMetrics _raft = new(write.Node, write.PeerPort);
    private long _asked;
    private int _rendering;

    /// <summary>The page, in the Prometheus text format.</summary>
    public string Render()
    {
        Interlocked.Increment(ref _asked);
        Interlocked.Increment(ref _rendering);
        try
        {
            return PrometheusText.Of(Look());
        }
        finally
        {
            Interlocked.Decrement(ref _rendering);
        }
    }

    /// <summary>All figures as they are now; what the page and the meter are made of.</summary>
    public MetricFamilies Look()
    {
        var text = new MetricFamilies();
        Server(text);
        Store(text);
        Leases(text);
        Watching(text);
        Network(text);
        Snapshots(text);
        Batching(text);
        write.AdmissionMetrics.Write(text, write.Admission.Statistics);
        Calls(text);
        Handling(text);
        ProcessMetrics.Write(text);
        text.Family("promhttp_metric_handler_requests_total", "counter", "Times this page was asked for, by status; this one counts.")
            .Sample("promhttp_metric_handler_requests_total", "code=\"200\"", Volatile.Read(ref _asked));
        text.Single("promhttp_metric_handler_requests_in_flight", "gauge", "Pages that are being made, this one included.", Volatile.Read(ref _rendering));
        return text;
    }

    private void Server(MetricFamilies text)
    {
        NodeProgress progress = write.Node.Progress;
        text.Single("etcd_server_has_leader", "gauge", "1 while this member knows a leader.", progress.Leader == 0 ? 0 : 1);
        text.Single("etcd_server_is_leader", "gauge", "1 while this member leads.", progress.Role == Role.Leader ? 1 : 0);
        text.Single("etcd_server_is_learner", "gauge", "1 while this member is a learner.",
            machine.Members.Find(memberId) is { IsLearner: true } ? 1 : 0);
        text.Family("etcd_server_id", "gauge", "1, with the member id as a label.")
            .Sample("etcd_server_id", $"server_id=\"{memberId:x}\"", 1);
        text.Family("etcd_server_version", "gauge", "1, with the announced etcd version as a label.")
            .Sample("etcd_server_version", $"server_version=\"{Versions.Announced}\"", 1);
        text.Family("etcd_cluster_version", "gauge", "1, with the cluster version as a label.")
            .Sample("etcd_cluster_version", $"cluster_version=\"{Versions.Cluster[..Versions.Cluster.LastIndexOf('.')]}\"", 1);
        text.Single("etcd_server_leader_changes_seen_total", "counter", "Leader changes this member has seen.", progress.LeaderChanges);
        text.Single("etcd_server_proposals_committed_total", "gauge", "Highest committed log index.", progress.Committed);
        text.Single("etcd_server_proposals_applied_total", "gauge", "Highest applied log index.", progress.Applied);
        text.Single("etcd_server_proposals_pending", "gauge", "Calls that wait for their proposal.", write.Pending.WaitingCount);
        text.Single("etcd_server_proposals_failed_total", "counter", "Proposals refused, dropped or timed out.", write.Proposer.Failed);
        text.Single("etcd_server_read_indexes_failed_total", "counter", "Linearizable reads that could not be confirmed.", reads.Failed);
        text.Single("etcd_server_health_success", "counter", "Looks at /health that found this member well.", health.Passed);
        text.Single("etcd_server_health_failures", "counter", "Looks at /health that did not.", health.Failed);
        health.Results.Write(text);
        text.Single("etcd_server_quota_backend_bytes", "gauge", "Bytes the store may hold; 0 without a limit.", quota.Bytes);
        requests.Write(text);
        _raft.Write(text);
    }

    private void Store(MetricFamilies text)
    {
        store.Write(text);
        foreach (EngineMetric metric in (machine.Engine as IDurableEngine)?.Metrics() ?? [])
        {
            text.Single("metastore_" + metric.Name, metric.Kind, metric.Help, metric.Value);
        }

        text.Histogram("etcd_disk_wal_fsync_duration_seconds", "Time of a sync of the log.", wal.Sync);
        text.Histogram("etcd_disk_wal_write_duration_seconds", "Time of a write of the log, without the sync.", wal.Write);
        text.Single("etcd_disk_wal_write_bytes_total", "gauge", "Bytes written to the log since the start.", wal.Bytes);
    }

    private void Leases(MetricFamilies text)
    {
        LeaseCounts counts = clock.Counts;
        text.Single("etcd_debugging_lease_granted_total", "counter", "Grants applied.", counts.Granted);
        text.Single("etcd_debugging_lease_revoked_total", "counter", "Revokes applied, expiries included.", counts.Revoked);
        text.Single("etcd_debugging_lease_renewed_total", "counter", "Renewals answered as the leader.", counts.Renewed);
        text.Histogram("etcd_debugging_lease_ttl_total", "Granted times to live in seconds.", counts.Ttl);
        text.Single("etcd_debugging_server_lease_expired_total", "counter", "Leases this member had removed because they ran out.", counts.Expired);
    }

    private void Watching(MetricFamilies text)
    {
        text.Single("etcd_debugging_mvcc_watch_stream_total", "gauge", "Open watch streams.", watches.Streams);
        text.Single("etcd_debugging_mvcc_watcher_total", "gauge", "Watches on all streams.", watches.Watchers);
        text.Single("etcd_debugging_mvcc_slow_watcher_total", "gauge", "Watches that are being fed from history.", watches.Unsynced);
        text.Single("etcd_debugging_mvcc_pending_events_total", "gauge", "Events that wait to be sent.", watches.Budget.Events);
        text.Single("etcd_debugging_mvcc_events_total", "counter", "Events handed out, once for every watch.", watches.Delivered);
        text.Single("metastore_watch_queued_bytes", "gauge", "Bytes that wait to be sent on watch streams.", watches.Budget.Bytes);
        text.Single("metastore_watch_fallen_behind_total", "counter", "Times a watch had no room and was left to be fed from history.", watches.FallenBehind);
    }

    private void Network(MetricFamilies text)
    {
        text.Single("metastore_response_held_bytes", "gauge", "Memory of large answers until their clients have taken them.", responses.Held);
        text.Single("metastore_response_waiting", "gauge", "Reads that wait for room for their answer.", responses.Waiting);
        text.Single("metastore_response_refused_total", "counter", "Calls whose answer had no room or was too large.", responses.Refused);
        text.Single("etcd_network_client_grpc_received_bytes_total", "counter", "Bytes of request messages.", calls.ReceivedBytes);
        text.Single("etcd_network_client_grpc_sent_bytes_total", "counter", "Bytes of response messages.", calls.SentBytes);
        text.Single("metastore_client_connections", "gauge", "Open connections of clients, plain HTTP included.", clients.Connections.Open);
        text.Single("metastore_client_connections_max", "gauge", "Connections of clients that may be open.", clients.Connections.Max);
        text.Single("metastore_client_connections_refused_total", "counter", "Connections closed at once because that many were open.", clients.Connections.Refused);
        text.Single("metastore_client_calls_open", "gauge", "Open calls of clients.", clients.Calls.Open);
        text.Single("metastore_client_calls_refused_total", "counter", "Calls refused because too many were open.", clients.Calls.Refused);
        text.Single("metastore_client_unread_bytes", "gauge", "Memory of calls whose message has not arrived.", clients.Unread.Bytes);
        text.Single("metastore_client_unread_ended_total", "counter", "Calls ended because their message did not arrive in time, or others needed the memory.", clients.Unread.Ended);
        text.Single("metastore_client_connections_aborted_total", "counter", "Connections closed because of what they sent: frames that bring no call further, or calls without a message.", clients.Connections.Aborted);
        if (clients.Tls is { } tls)
        {
            TlsMetrics.Write(text, tls, TimeProvider.System);
        }

        PeerStatus[] peers = [.. write.Node.Peers];
        text.Family("etcd_network_active_peers", "gauge", "1 while both lanes to the peer are up.");
        foreach (PeerStatus peer in peers)
        {
            text.Sample("etcd_network_active_peers", $"Local=\"{memberId:x}\",Remote=\"{peer.Node:x}\"", peer.IsActive ? 1 : 0);
        }

        text.Family("etcd_network_known_peers", "gauge", "1 for each other member.");
        foreach (PeerStatus peer in peers)
        {
            text.Sample("etcd_network_known_peers", $"Local=\"{memberId:x}\",Remote=\"{peer.Node:x}\"", 1);
        }

        text.Family("etcd_network_disconnected_peers_total", "counter", "Times a connection to the peer was lost.");
        foreach (PeerStatus peer in peers)
        {
            text.Sample("etcd_network_disconnected_peers_total", $"Local=\"{memberId:x}\",Remote=\"{peer.Node:x}\"", peer.Traffic.Disconnects);
        }

        calls.StreamFailures.Write(text);
        EachPeer(text, peers, "etcd_network_peer_received_failures_total", "From", "Connections from the peer that ended because of what it sent, or broke.", traffic => traffic.ReceiveFailures);
        EachPeer(text, peers, "etcd_network_peer_sent_bytes_total", "To", "Bytes sent to the peer.", traffic => traffic.SentBytes);
        EachPeer(text, peers, "etcd_network_peer_received_bytes_total", "From", "Bytes received from the peer.", traffic => traffic.ReceivedBytes);
        EachPeer(text, peers, "etcd_network_peer_sent_failures_total", "To", "Writes to the peer that failed.", traffic => traffic.SendFailures);
        RoundTrips(text, peers);
        EachPeer(text, peers, "metastore_peer_messages_dropped_total", "To", "Messages without a connection or room for them.", traffic => traffic.Dropped);
    }

    private void RoundTrips(MetricFamilies text, PeerStatus[] peers)
    {
        const string name = "etcd_network_peer_round_trip_time_seconds";
        text.Family(name, "histogram", "Time of a probe to the peer and back, every five seconds.");

        foreach (PeerStatus peer in peers)
        {
            text.Buckets(name, $"To=\"{peer.Node:x}\"", write.RoundTrips.Of(peer.Node));
        }
    }

    private static void EachPeer(
        MetricFamilies text, PeerStatus[] peers, string name, string label, string help, Func<PeerTraffic, long> value)
    {
        text.Family(name, "counter", help);
        foreach (PeerStatus peer in peers)
        {
            text.Sample(name, $"{label}=\"{peer.Node:x}\"", value(peer.Traffic));
        }
    }

    private void Snapshots(MetricFamilies text)
    {
        snapshots.Write(text);
        SnapshotCounts counts = write.Node.Snapshots;
        text.Family("metastore_snapshots_sent_total", "counter", "Snapshots this member has begun to send to others, by what they hold.")
            .Sample("metastore_snapshots_sent_total", "body=\"portable\"", counts.Sent(SnapshotBody.Portable))
            .Sample("metastore_snapshots_sent_total", "body=\"engine_files\"", counts.Sent(SnapshotBody.EngineFiles));
        text.Family("metastore_snapshots_received_total", "counter", "Snapshots this member has taken from others, by what they hold.")
            .Sample("metastore_snapshots_received_total", "body=\"portable\"", counts.Received(SnapshotBody.Portable))
            .Sample("metastore_snapshots_received_total", "body=\"engine_files\"", counts.Received(SnapshotBody.EngineFiles));
    }

    private void Batching(MetricFamilies text)
    {
        BatchStats stats = write.Batcher.Statistics;
        text.Single("metastore_batch_proposals_total", "counter", "Proposals that left in batches.", stats.TotalProposals);
        text.Single("metastore_batch_batches_total", "counter", "Batches, hence log entries.", stats.TotalBatches);
        text.Single("metastore_batch_dropped_total", "counter", "Proposals that were given up.", stats.TotalDropped);
        text.Single("metastore_batch_load", "gauge", "Moving average of the proposals buffered and in flight against the largest size, 0 to 1.", stats.CurrentLoad);
        text.Single("metastore_batch_size_current", "gauge", "Proposals that send a batch off at the moment.", stats.CurrentBatchSize);
        text.Single("metastore_batch_timeout_seconds", "gauge", "Longest wait of a proposal at the moment.", stats.CurrentTimeout.TotalSeconds);
        text.Single("metastore_batch_buffered", "gauge", "Proposals in the buffer.", stats.BufferLength);
        text.Single("metastore_batch_in_flight", "gauge", "Batches handed to Raft and not yet applied.", stats.BatchesInFlight);
        text.Single("metastore_batch_throughput", "gauge", "Proposals per second over ten seconds.", stats.Throughput);
        text.Family("metastore_batch_flushes_total", "counter", "Batches by the reason that sent them off.")
            .Sample("metastore_batch_flushes_total", "reason=\"size\"", stats.Flushes.Size)
            .Sample("metastore_batch_flushes_total", "reason=\"bytes\"", stats.Flushes.Bytes)
            .Sample("metastore_batch_flushes_total", "reason=\"timeout\"", stats.Flushes.Timeout)
            .Sample("metastore_batch_flushes_total", "reason=\"idle\"", stats.Flushes.Idle)
            .Sample("metastore_batch_flushes_total", "reason=\"drain\"", stats.Flushes.Drain);
        StageMetrics.Write(text, write.Proposer.Stages.Read(Stopwatch.GetTimestamp()));
    }

    private void Calls(MetricFamilies text)
    {
        Each(text, "grpc_server_started_total", "Calls that arrived.", calls.Started);
        Each(text, "grpc_server_msg_received_total", "Messages that arrived.", calls.Received);
        Each(text, "grpc_server_msg_sent_total", "Messages sent.", calls.Sent);
        text.Family("grpc_server_handled_total", "counter", "Calls that ended, by code.");
        foreach (ServiceMethod method in calls.Methods)
        {
            for (StatusCode code = 0; (int)code < GrpcCallMetrics.CodeCount; code++)
            {
                string name = code == StatusCode.Cancelled ? "Canceled" : code.ToString();
                text.Sample("grpc_server_handled_total", $"grpc_code=\"{name}\",{LabelsOf(method)}", calls.Handled(method.Index, code));
            }
        }
    }

    private void Handling(MetricFamilies text)
    {
        const string name = "grpc_server_handling_seconds";
        if (!calls.IsExtensive)
        {
            return;
        }

        text.Family(name, "histogram", "Time of a call from its arrival to its end.");
        foreach (ServiceMethod method in calls.Methods)
        {
            text.Buckets(name, LabelsOf(method), calls.Handling(method.Index)!);
        }
    }

    private void Each(MetricFamilies text, string name, string help, Func<int, long> value)
    {
        text.Family(name, "counter", help);
        foreach (ServiceMethod method in calls.Methods)
        {
            text.Sample(name, LabelsOf(method), value(method.Index));
        }
    }

    private static string LabelsOf(ServiceMethod method)
    {
        string type = method.Kind switch
        {
            MethodType.Unary => "unary",
            MethodType.ServerStreaming => "server_stream",
            MethodType.ClientStreaming => "client_stream",
            _ => "bidi_stream",
        };
        return $"grpc_method=\"{method.Name}\",grpc_service=\"{method.ServiceName}\",grpc_type=\"{type}\"";
    }
}
