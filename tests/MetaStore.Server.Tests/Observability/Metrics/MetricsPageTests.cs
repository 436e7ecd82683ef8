using System.Diagnostics;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Server.Tests.Observability.Instruments;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Observability.Metrics;

/// <summary>The page /metrics of a node after some work, checked by these rules and, where installed, by promtool.</summary>
public sealed class MetricsPageTests
{
    /// <summary>Names and labels defined by etcd, which dashboards query.</summary>
    private static readonly string[] EtcdsOwn =
    [
        "etcd_debugging_lease_ttl_total: _total, and no counter",
        "etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds: not a base unit: milliseconds",
        "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds: not a base unit: milliseconds",
        "etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds: not a base unit: milliseconds",
        "etcd_debugging_mvcc_keys_total: _total, and no counter",
        "etcd_debugging_mvcc_pending_events_total: _total, and no counter",
        "etcd_debugging_mvcc_slow_watcher_total: _total, and no counter",
        "etcd_debugging_mvcc_watch_stream_total: _total, and no counter",
        "etcd_debugging_mvcc_watcher_total: _total, and no counter",
        "etcd_disk_wal_write_bytes_total: _total, and no counter",
        "etcd_network_active_peers: not in snake_case: Local",
        "etcd_network_active_peers: not in snake_case: Remote",
        "etcd_network_snapshot_receive_failures: a counter without _total",
        "etcd_network_snapshot_receive_inflights_total: _total, and no counter",
        "etcd_network_snapshot_receive_success: a counter without _total",
        "etcd_network_snapshot_send_failures: a counter without _total",
        "etcd_network_snapshot_send_inflights_total: _total, and no counter",
        "etcd_network_snapshot_send_success: a counter without _total",
        "etcd_server_health_failures: a counter without _total",
        "etcd_server_health_success: a counter without _total",
        "etcd_server_learner_promote_failures: a counter without _total",
        "etcd_server_learner_promote_successes: a counter without _total",
        "etcd_server_proposals_applied_total: _total, and no counter",
        "etcd_server_proposals_committed_total: _total, and no counter",
        "etcd_server_snapshot_apply_in_progress_total: _total, and no counter",
    ];

    private static readonly Lazy<Task<string>> s_page = new(PageOfOneAsync);

    [SkippableTheory]
    [InlineData("memory")]
    [InlineData("rocksdb")]
    public async Task Page_OfANodeThatWorked_KeepsTheRules(string engine)
    {
        await using SingleNode node = await SingleNode.StartNewAsync(EngineFlags.Of(engine));
        string page = await PageAsync(node);
        IReadOnlyList<PrometheusFamily> families = PrometheusFamily.Read(page);
        Assert.Empty(PrometheusRules.Broken(families).Except(EtcdsOwn));
        Assert.Contains(families, family => family.Type == "histogram" && family.Samples.Any(sample => sample.Name.EndsWith("_count", StringComparison.Ordinal) && sample.Value > 0));
        Assert.Contains("grpc_server_handled_total{grpc_code=\"Canceled\",grpc_method=\"Watch\",grpc_service=\"etcdserverpb.Watch\",grpc_type=\"bidi_stream\"} 0\n", page, StringComparison.Ordinal);
    }

    /// <summary>Metrics used by the dashboard and the alerts of etcd's project, for a single member without peers, and those named in the changelog.</summary>
    [Theory]
    [InlineData("etcd_server_has_leader")]
    [InlineData("etcd_server_leader_changes_seen_total")]
    [InlineData("etcd_server_proposals_committed_total")]
    [InlineData("etcd_server_proposals_applied_total")]
    [InlineData("etcd_server_proposals_pending")]
    [InlineData("etcd_server_proposals_failed_total")]
    [InlineData("etcd_server_quota_backend_bytes")]
    [InlineData("etcd_server_health_failures")]
    [InlineData("etcd_mvcc_db_total_size_in_bytes")]
    [InlineData("etcd_mvcc_db_total_size_in_use_in_bytes")]
    [InlineData("etcd_mvcc_put_total")]
    [InlineData("etcd_disk_wal_fsync_duration_seconds_bucket")]
    [InlineData("etcd_disk_backend_commit_duration_seconds_bucket")]
    [InlineData("etcd_network_client_grpc_received_bytes_total")]
    [InlineData("etcd_network_client_grpc_sent_bytes_total")]
    [InlineData("grpc_server_started_total")]
    [InlineData("grpc_server_handled_total")]
    [InlineData("process_resident_memory_bytes")]
    [InlineData("process_open_fds")]
    [InlineData("process_max_fds")]
    [InlineData("metastore_raft_term")]
    [InlineData("metastore_raft_log_bytes")]
    [InlineData("metastore_raft_log_memory_bytes")]
    [InlineData("metastore_raft_log_loads_total")]
    [InlineData("metastore_raft_unapplied_entries")]
    [InlineData("metastore_raft_messages_dropped_total")]
    [InlineData("metastore_raft_messages_refused_total")]
    [InlineData("metastore_peer_connections")]
    [InlineData("metastore_peer_connections_refused_total")]
    public async Task Page_HasWhatDashboardsAskFor(string name)
    {
        string page = await s_page.Value;
        Assert.Contains(page.Split('\n'), line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{');
    }

    [SkippableTheory]
    [InlineData("memory")]
    [InlineData("rocksdb")]
    public async Task Page_ReadByPromtool_HasOnlyWhatIsEtcdsOwn(string engine)
    {
        Skip.If(Programs.Promtool is null, "promtool is not installed");
        await using SingleNode node = await SingleNode.StartNewAsync(EngineFlags.Of(engine));
        string page = await PageAsync(node);
        string[] complaints = [.. (await PromtoolAsync(page)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.All(complaints, complaint => Assert.Contains(EtcdsOwn, own => complaint.StartsWith(own.Split(':')[0] + " ", StringComparison.Ordinal)));
        Assert.Contains("a_milliseconds use base unit", await PromtoolAsync("# HELP a_milliseconds Time.\n# TYPE a_milliseconds gauge\na_milliseconds 1\n"), StringComparison.Ordinal);
    }

    private static async Task<string> PageOfOneAsync()
    {
        await using SingleNode node = await SingleNode.StartNewAsync();
        return await PageAsync(node);
    }

    private static async Task<string> PageAsync(SingleNode node)
    {
        await node.SettledAsync();
        await node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8("v") });
        await node.CallAsync<LeaseGrantResponse>("Lease/LeaseGrant", new LeaseGrantRequest { ID = 7, TTL = 600 });
        return await node.Http.GetStringAsync("/metrics");
    }

    /// <summary>The output of promtool; empty when the page is valid.</summary>
    private static async Task<string> PromtoolAsync(string page)
    {
        using Process promtool = Process.Start(new ProcessStartInfo(Programs.Promtool!, ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> complaints = promtool.StandardError.ReadToEndAsync();
        await promtool.StandardInput.WriteAsync(page);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync();
        return await complaints;
    }
}
