using System.Diagnostics;
using Grpc.Core;
using MetaStore.Batching.Statistics;
using MetaStore.Engines;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Hosting.Composition;
using MetaStore.Server.Leases;
using MetaStore.Server.Listening;
using MetaStore.Server.Observability.Health;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Quota;
using MetaStore.Server.Reads;
using MetaStore.Server.Services.Operations;
using MetaStore.Server.Watch;
using MetaStore.StateMachine;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>The page /metrics: etcd's names for etcd's metrics, metastore_ names otherwise. Values are read on request; the data path is not affected.</summary>
internal sealed class MetricsPage(
    ulong memberId, WritePath write, ReadDispatcher reads, ReplicatedStateMachine machine, LeaseClock clock, SpaceQuota quota, GrpcCallMetrics calls,
    WalMetrics wal, WatchDispatcher watches, HealthChecks health, ResponseBudget responses, ListenerOptions clients, StoreMetrics store, RequestMetrics requests,
    SnapshotMetrics snapshots)
{
    private readonly RaftMetrics _raft = new(write.Node, write.PeerPort);
    private long _asked;
    private int _rendering;

    /// <summary>TLS and proofs between members; null when the host has none.</summary>
    public PeerPort? Peers { get; init; }

    /// <summary>Streams of operations.</summary>
    public required OperationMetrics Operations { get; init; }

    /// <summary>The page in the Prometheus text format.</summary>
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

    /// <summary>All current metrics; both the page and the meter are made from this.</summary>
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
        write.Auth.WriteMetrics(text);
        write.AdmissionMetrics.Write(text, write.Admission.Statistics);
        Calls(text);
        Operations.Write(text);
        Handling(text);
        ProcessMetrics.Write(text);
        text.Family("promhttp_metric_handler_requests_total", "counter", "Requests for this page by status, including this one.")
            .Sample("promhttp_metric_handler_requests_total", "code=\"200\"", Volatile.Read(ref _asked));
        text.Single("promhttp_metric_handler_requests_in_flight", "gauge", "Requests for this page in progress, including this one.", Volatile.Read(ref _rendering));
        return text;
    }

    private void Server(MetricFamilies text)
    {
        NodeProgress progress = write.Node.Progress;
        LeadershipState leadership = write.Node.Leadership;
        text.Single("etcd_server_has_leader", "gauge", "1 if this member knows a leader, else 0.", leadership.Leader == 0 ? 0 : 1);
        text.Single("etcd_server_is_leader", "gauge", "1 if this member is the leader, else 0.", leadership.Role == Role.Leader ? 1 : 0);
        text.Single("etcd_server_is_learner", "gauge", "1 if this member is a learner, else 0.",
            machine.Members.Find(memberId) is { IsLearner: true } ? 1 : 0);
        text.Family("etcd_server_id", "gauge", "Always 1; the label is the member ID.")
            .Sample("etcd_server_id", $"server_id=\"{memberId:x}\"", 1);
        text.Family("etcd_server_version", "gauge", "Always 1; the label is the reported etcd version.")
            .Sample("etcd_server_version", $"server_version=\"{Versions.Announced}\"", 1);
        text.Family("etcd_cluster_version", "gauge", "Always 1; the label is the cluster version.")
            .Sample("etcd_cluster_version", $"cluster_version=\"{Versions.Cluster[..Versions.Cluster.LastIndexOf('.')]}\"", 1);
        text.Single("etcd_server_leader_changes_seen_total", "counter", "Leader changes seen by this member.", leadership.Changes);
        text.Single("etcd_server_proposals_committed_total", "gauge", "Highest committed log index.", progress.Committed);
        text.Single("etcd_server_proposals_applied_total", "gauge", "Highest applied log index.", progress.Applied);
        text.Single("etcd_server_proposals_pending", "gauge", "Calls waiting for their proposal.", write.Pending.WaitingCount);
        text.Single("etcd_server_proposals_failed_total", "counter", "Proposals rejected, dropped or timed out.", write.Proposer.Failed);
        text.Single("etcd_server_read_indexes_failed_total", "counter", "Linearizable reads that could not be confirmed.", reads.Failed);
        text.Single("etcd_server_health_success", "counter", "Successful health checks at /health.", health.Passed);
        text.Single("etcd_server_health_failures", "counter", "Failed health checks at /health.", health.Failed);
        health.Results.Write(text);
        text.Single("etcd_server_quota_backend_bytes", "gauge", "Quota of the store in bytes; 0 without a limit.", quota.Bytes);
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

        text.Histogram("etcd_disk_wal_fsync_duration_seconds", "Duration of a sync of the log.", wal.Sync);
        text.Histogram("etcd_disk_wal_write_duration_seconds", "Duration of a write to the log, without the sync.", wal.Write);
        text.Single("etcd_disk_wal_write_bytes_total", "gauge", "Bytes written to the log since the start.", wal.Bytes);
    }

    private void Leases(MetricFamilies text)
    {
        LeaseCounts counts = clock.Counts;
        text.Single("etcd_debugging_lease_granted_total", "counter", "Grants applied.", counts.Granted);
        text.Single("etcd_debugging_lease_revoked_total", "counter", "Revokes applied, including expiries.", counts.Revoked);
        text.Single("etcd_debugging_lease_renewed_total", "counter", "Renewals performed as the leader.", counts.Renewed);
        text.Histogram("etcd_debugging_lease_ttl_total", "Granted TTLs in seconds.", counts.Ttl);
        text.Single("etcd_debugging_server_lease_expired_total", "counter", "Expired leases revoked by this member as the leader.", counts.Expired);
    }

    private void Watching(MetricFamilies text)
    {
        text.Single("etcd_debugging_mvcc_watch_stream_total", "gauge", "Open watch streams.", watches.Streams);
        text.Single("etcd_debugging_mvcc_watcher_total", "gauge", "Watches on all streams.", watches.Watchers);
        text.Single("etcd_debugging_mvcc_slow_watcher_total", "gauge", "Watches reading from history.", watches.Unsynced);
        text.Single("etcd_debugging_mvcc_pending_events_total", "gauge", "Events waiting to be sent.", watches.Budget.Events);
        text.Single("etcd_debugging_mvcc_events_total", "counter", "Events delivered to watches.", watches.Delivered);
        text.Single("metastore_watch_queued_bytes", "gauge", "Bytes waiting to be sent on watch streams.", watches.Budget.Bytes);
        text.Single("metastore_watch_fallen_behind_total", "counter", "Times a watch's queue was full, after which it reads from history.", watches.FallenBehind);
    }

    private void Network(MetricFamilies text)
    {
        text.Single("metastore_response_held_bytes", "gauge", "Memory of large responses until their clients have received them.", responses.Held);
        text.Single("metastore_response_waiting", "gauge", "Reads waiting for memory for their response.", responses.Waiting);
        text.Single("metastore_response_refused_total", "counter", "Calls whose response exceeded the memory budget or was too large.", responses.Refused);
        text.Single("etcd_network_client_grpc_received_bytes_total", "counter", "Bytes of request messages.", calls.ReceivedBytes);
        text.Single("etcd_network_client_grpc_sent_bytes_total", "counter", "Bytes of response messages.", calls.SentBytes);
        text.Single("metastore_client_connections", "gauge", "Open client connections, including plain HTTP.", clients.Connections.Open);
        text.Single("metastore_client_connections_max", "gauge", "Maximum number of client connections.", clients.Connections.Max);
        text.Single("metastore_client_connections_refused_total", "counter", "Client connections closed at once because the maximum was reached.", clients.Connections.Refused);
        text.Single("metastore_client_calls_open", "gauge", "Open client calls.", clients.Calls.Open);
        text.Single("metastore_client_calls_refused_total", "counter", "Client calls rejected because too many were open.", clients.Calls.Refused);
        text.Single("metastore_client_unread_bytes", "gauge", "Memory of calls whose message has not arrived.", clients.Unread.Bytes);
        text.Single("metastore_client_unread_ended_total", "counter", "Calls ended because their message did not arrive in time, or others needed the memory.", clients.Unread.Ended);
        text.Single("metastore_client_connections_aborted_total", "counter", "Client connections closed because of useless frames or calls without a message.", clients.Connections.Aborted);
        if (clients.Tls is { } tls)
        {
            TlsMetrics.Write(text, tls, TimeProvider.System);
        }

        if (Peers is not null)
        {
            TlsMetrics.WritePeers(text, Peers.Tls, Peers.Secrets, TimeProvider.System);
        }

        PeerStatus[] peers = [.. write.Node.Peers];
        text.Family("etcd_network_active_peers", "gauge", "1 if both connections to the peer are up, else 0.");
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
        EachPeer(text, peers, "etcd_network_peer_received_failures_total", "From", "Connections from the peer that broke or were closed because of their input.", traffic => traffic.ReceiveFailures);
        EachPeer(text, peers, "etcd_network_peer_sent_bytes_total", "To", "Bytes sent to the peer.", traffic => traffic.SentBytes);
        EachPeer(text, peers, "etcd_network_peer_received_bytes_total", "From", "Bytes received from the peer.", traffic => traffic.ReceivedBytes);
        EachPeer(text, peers, "etcd_network_peer_sent_failures_total", "To", "Writes to the peer that failed.", traffic => traffic.SendFailures);
        RoundTrips(text, peers);
        EachPeer(text, peers, "metastore_peer_messages_dropped_total", "To", "Messages dropped because there was no connection or the queue was full.", traffic => traffic.Dropped);
    }

    private void RoundTrips(MetricFamilies text, PeerStatus[] peers)
    {
        const string name = "etcd_network_peer_round_trip_time_seconds";
        text.Family(name, "histogram", "Round-trip time to the peer, probed every five seconds.");
        write.RoundTrips.KeepOnly(peers.Select(peer => peer.Node).ToHashSet());
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
        snapshots.Write(text, write.Node.Peers.Select(peer => peer.Node).ToHashSet());
        SnapshotCounts counts = write.Node.Snapshots;
        text.Family("metastore_snapshots_sent_total", "counter", "Snapshots sent by this member, by content.")
            .Sample("metastore_snapshots_sent_total", "body=\"portable\"", counts.Sent(SnapshotBody.Portable))
            .Sample("metastore_snapshots_sent_total", "body=\"engine_files\"", counts.Sent(SnapshotBody.EngineFiles));
        text.Family("metastore_snapshots_received_total", "counter", "Snapshots received by this member, by content.")
            .Sample("metastore_snapshots_received_total", "body=\"portable\"", counts.Received(SnapshotBody.Portable))
            .Sample("metastore_snapshots_received_total", "body=\"engine_files\"", counts.Received(SnapshotBody.EngineFiles));
    }

    private void Batching(MetricFamilies text)
    {
        BatchStats stats = write.Batcher.Statistics;
        text.Single("metastore_batch_proposals_total", "counter", "Proposals sent in batches.", stats.TotalProposals);
        text.Single("metastore_batch_batches_total", "counter", "Batches sent, each a log entry.", stats.TotalBatches);
        text.Single("metastore_batch_dropped_total", "counter", "Proposals that failed before they were applied.", stats.TotalDropped);
        text.Single("metastore_batch_load", "gauge", "Proposals buffered and in flight relative to the maximum batch size, moving average, 0 to 1.", stats.CurrentLoad);
        text.Single("metastore_batch_size_current", "gauge", "Current batch size: a batch with this many proposals is sent.", stats.CurrentBatchSize);
        text.Single("metastore_batch_timeout_seconds", "gauge", "Current timeout: longest wait of a proposal in the buffer.", stats.CurrentTimeout.TotalSeconds);
        text.Single("metastore_batch_buffered", "gauge", "Proposals in the buffer.", stats.BufferLength);
        text.Single("metastore_batch_in_flight", "gauge", "Batches proposed and not yet applied.", stats.BatchesInFlight);
        text.Single("metastore_batch_throughput", "gauge", "Proposals per second, over ten seconds.", stats.Throughput);
        text.Family("metastore_batch_flushes_total", "counter", "Batches sent, by reason.")
            .Sample("metastore_batch_flushes_total", "reason=\"size\"", stats.Flushes.Size)
            .Sample("metastore_batch_flushes_total", "reason=\"bytes\"", stats.Flushes.Bytes)
            .Sample("metastore_batch_flushes_total", "reason=\"timeout\"", stats.Flushes.Timeout)
            .Sample("metastore_batch_flushes_total", "reason=\"idle\"", stats.Flushes.Idle)
            .Sample("metastore_batch_flushes_total", "reason=\"drain\"", stats.Flushes.Drain);
        StageMetrics.Write(text, write.Proposer.Stages.Read(Stopwatch.GetTimestamp()));
    }

    private void Calls(MetricFamilies text)
    {
        Each(text, "grpc_server_started_total", "Calls started.", calls.Started);
        Each(text, "grpc_server_msg_received_total", "Messages received.", calls.Received);
        Each(text, "grpc_server_msg_sent_total", "Messages sent.", calls.Sent);
        text.Family("grpc_server_handled_total", "counter", "Calls completed, by code.");
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

        text.Family(name, "histogram", "Duration of a call.");
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
