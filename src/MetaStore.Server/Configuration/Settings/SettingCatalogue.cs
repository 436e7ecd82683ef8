using static MetaStore.Server.Configuration.Settings.SettingKinds;

using MetaStore.Batching.SettingTable;
using MetaStore.Batching.Settings;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Sources;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Configuration.Settings;

/// <summary>The one table of settings: command line, environment, both YAML shapes, <c>--help</c> and <c>--what-if</c> read it.</summary>
/// <remarks>Flags that etcd has keep etcd's name. etcd settings that this server does not act on are in <see cref="ForeignFlags"/>.</remarks>
internal static class SettingCatalogue
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public static IReadOnlyList<Setting> All { get; } = [.. Member(), .. TlsTable.All, .. PeerTlsTable.All, .. Cluster(), .. Raft(), .. Batch(), .. AdmissionTable.All, .. Storage(), .. Upkeep(), .. Limits(), .. Watch(), .. AuthTable.All, .. Dashboard(), .. Logging(), .. TracingTable.All];

    /// <summary>By flag, and by the other names that some etcd versions have for it.</summary>
    public static IReadOnlyDictionary<string, Setting> ByFlag { get; } = All
        .SelectMany(setting => setting.Aliases.Prepend(setting.Flag), (setting, name) => (Name: name, Setting: setting))
        .ToDictionary(named => named.Name, named => named.Setting, StringComparer.Ordinal);

    public static IReadOnlyDictionary<string, Setting> ByPath { get; } = All.ToDictionary(setting => setting.Path, StringComparer.Ordinal);

    private static Setting[] Member() =>
    [
        Text("name", "server.name", "Name of this member.", "node1", o => o.Member.Name, (o, v) => o.Member.Name = v),
        Text("data-dir", "server.data_dir", "Directory for everything that must survive; empty = {name}.metastore.", "/var/lib/metastore",
            o => o.Member.DataDir, (o, v) => o.Member.DataDir = v),
        Text("wal-dir", "server.wal_dir", "Directory of the log when it is on a separate disk, fixed when the member is created; empty = {data-dir}/wal.", "/mnt/log/node1",
            o => o.Member.WalDir, (o, v) => o.Member.WalDir = v),
        Urls("listen-client-urls", "server.listen_client_urls", "Addresses for clients.", o => o.Member.ListenClientUrls, (o, v) => o.Member.ListenClientUrls = v,
            UrlSchemes.Any),
        Urls("listen-client-http-urls", "server.listen_client_http_urls", "More addresses for clients, for etcd's separate HTTP address; empty = none.",
            o => o.Member.ListenClientHttpUrls, (o, v) => o.Member.ListenClientHttpUrls = v, UrlSchemes.Any),
        Urls("listen-peer-urls", "server.listen_peer_urls", "Addresses for the other members.", o => o.Member.ListenPeerUrls, (o, v) => o.Member.ListenPeerUrls = v),
        Urls("listen-metrics-urls", "server.listen_metrics_urls", "More addresses for /metrics, /health, /livez and /readyz; empty = none.",
            o => o.Member.ListenMetricsUrls, (o, v) => o.Member.ListenMetricsUrls = v),
        Urls("advertise-client-urls", "server.advertise_client_urls", "Client addresses announced to the cluster.",
            o => o.Member.AdvertiseClientUrls, (o, v) => o.Member.AdvertiseClientUrls = v),
    ];

    private static Setting[] Cluster() =>
    [
        Urls("initial-advertise-peer-urls", "server.cluster.advertise_peer_urls", "Peer addresses at which other members reach this one.",
            o => o.Cluster.AdvertisePeerUrls, (o, v) => o.Cluster.AdvertisePeerUrls = v),
        new Setting
        {
            Flag = "initial-cluster",
            Path = "server.cluster.initial",
            Meaning = "All initial members, name=url with commas; empty = this member alone.",
            Range = "name=http://host:port or name=https://host:port, several with commas",
            Example = "node1=http://10.0.0.1:2380,node2=http://10.0.0.2:2380",
            Assign = (o, text) =>
            {
                (InitialMember[] members, string? why) = InitialMember.Parse(text);
                o.Cluster.InitialCluster = members;
                return why is null ? null : "is refused: " + why;
            },
            Show = o => string.Join(',', o.Cluster.InitialCluster.SelectMany(m => m.PeerUrls.Select(url => $"{m.Name}={url}"))),
        },
        Choice("initial-cluster-state", "server.cluster.state", "Create a cluster or join one.", ["new", "existing"],
            o => o.Cluster.State, (o, v) => o.Cluster.State = v),
        Text("initial-cluster-token", "server.cluster.token", "Part of the cluster id.", "etcd-cluster", o => o.Cluster.Token, (o, v) => o.Cluster.Token = v),
        Switch("strict-reconfig-check", "server.cluster.strict_reconfig_check", "Reject membership changes that would lose the quorum.",
            o => o.Cluster.StrictReconfigCheck, (o, v) => o.Cluster.StrictReconfigCheck = v),
        Whole("max-learners", "server.cluster.max_learners", "Maximum number of learners.", 1, 100,
            o => o.Cluster.MaxLearners, (o, v) => o.Cluster.MaxLearners = (int)v).Also("experimental-max-learners"),
        Switch("auto-promote-learners", "server.cluster.auto_promote_learners", "Promote a learner once it has caught up; set it on every member, the leader does it.",
            o => o.Cluster.AutoPromoteLearners, (o, v) => o.Cluster.AutoPromoteLearners = v),
        Duration("member-silent-after", "server.cluster.member_silent_after", "Report a member that was not heard from for longer, and how to replace it; 0 = never.", "0s", "240h",
            o => o.Cluster.MemberSilentAfter, (o, v) => o.Cluster.MemberSilentAfter = v),
    ];

    private static Setting[] Raft() =>
    [
        Duration("heartbeat-interval", "server.raft.heartbeat_interval", "Time between two heartbeats of the leader.", "1ms", "10s",
            o => o.Consensus.HeartbeatInterval, (o, v) => o.Consensus.HeartbeatInterval = v, Millisecond),
        Duration("election-timeout", "server.raft.election_timeout", "Time without a heartbeat after which a follower starts an election; at least 5 heartbeats.", "5ms", "50s",
            o => o.Consensus.ElectionTimeout, (o, v) => o.Consensus.ElectionTimeout = v, Millisecond),
        Switch("pre-vote", "server.raft.pre_vote", "Ask whether an election would succeed before raising the term.",
            o => o.Consensus.PreVote, (o, v) => o.Consensus.PreVote = v),
        Whole("snapshot-count", "server.raft.snapshot_count", "Entries applied between two snapshots; with a state above 16MiB, at least as many bytes as the state has.", 1, 100_000_000,
            o => o.Consensus.SnapshotCount, (o, v) => o.Consensus.SnapshotCount = v),
        Whole("snapshot-catchup-entries", "server.raft.snapshot_catchup_entries", "Log entries older than a snapshot that are kept for slow followers.", 0, 10_000_000,
            o => o.Consensus.SnapshotCatchUpEntries, (o, v) => o.Consensus.SnapshotCatchUpEntries = v)
            .Also("experimental-snapshot-catchup-entries", "experimental-snapshot-catch-up-entries"),
        Bytes("log-memory-bytes", "server.raft.log_memory_bytes", "Bytes of the newest log entries kept in memory; older ones are read from the log's files.", 0, 64L << 30,
            o => o.Consensus.LogMemoryBytes, (o, v) => o.Consensus.LogMemoryBytes = v),
        new Setting
        {
            Flag = "unsafe-skip-entry",
            Path = "server.raft.unsafe_skip_entry",
            Meaning = "Log entries that no member can apply and all skip; the same on every member, see docs/guarantees.md.",
            Range = "INDEX:HASH as the member printed it, several with commas",
            Example = "5120:0123456789abcdef",
            Assign = (o, text) =>
            {
                var entries = new List<SkippedEntry>();
                foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    if (!SkippedEntry.TryParse(part, out SkippedEntry? entry))
                    {
                        return "is not INDEX:HASH with an index above 0 and 16 hex digits";
                    }

                    entries.Add(entry);
                }

                o.Consensus.SkippedEntries = [.. entries];
                return null;
            },
            Show = o => string.Join(',', o.Consensus.SkippedEntries.Select(entry => entry.ToString())),
        },
        Duration("raft-write-timeout", "server.raft.write_timeout", "Close the connection to a member that has not acknowledged data for this long; at least 5s, as in etcd.", "0s", "1h",
            o => o.Consensus.PeerWriteTimeout, (o, v) => o.Consensus.PeerWriteTimeout = v),
    ];

    private static Setting[] Batch() =>
    [
        Switch("batch-enable", "server.raft.batch.enable", "Gather concurrent writes into one log entry.", o => o.Batch.Enable, (o, v) => o.Batch.Enable = v),
        .. BatchSettingTable.All.Select(BatchSettingKinds.Of),
    ];

    private static Setting[] Storage() =>
    [
        Choice("engine", "server.storage.engine", "Storage engine of the state.", ["memory", "rocksdb"], o => o.Storage.Engine, (o, v) => o.Storage.Engine = v),
        Bytes("rocksdb-block-cache-bytes", "server.storage.rocksdb.block_cache_bytes", "RocksDB: size of the block cache.", 8 << 20, 1L << 40,
            o => o.Storage.RocksDbBlockCacheBytes, (o, v) => o.Storage.RocksDbBlockCacheBytes = v),
        Bytes("rocksdb-write-buffer-bytes", "server.storage.rocksdb.write_buffer_bytes", "RocksDB: size of the write buffer before a flush.", 1 << 20, 4L << 30,
            o => o.Storage.RocksDbWriteBufferBytes, (o, v) => o.Storage.RocksDbWriteBufferBytes = v),
        Choice("rocksdb-compression", "server.storage.rocksdb.compression", "RocksDB: compression of its files.", ["none", "snappy", "lz4", "zstd"],
            o => o.Storage.RocksDbCompression, (o, v) => o.Storage.RocksDbCompression = v),
        Whole("rocksdb-background-jobs", "server.storage.rocksdb.background_jobs", "RocksDB: threads for flushes and compactions.", 2, 64,
            o => o.Storage.RocksDbBackgroundJobs, (o, v) => o.Storage.RocksDbBackgroundJobs = (int)v),
        Bytes("wal-segment-bytes", "server.storage.wal_segment_bytes", "Size of a log file; log compaction deletes whole files.", 64 << 10, 512 << 20,
            o => o.Storage.WalSegmentBytes, (o, v) => o.Storage.WalSegmentBytes = v),
        Bytes("quota-backend-bytes", "server.storage.quota_bytes", "Bytes the store may hold before the NOSPACE alarm; 0 = 2GiB, negative = no limit.",
            long.MinValue, long.MaxValue, o => o.Storage.QuotaBytes, (o, v) => o.Storage.QuotaBytes = v),
        Switch("auto-disarm-nospace", "server.storage.auto_disarm_nospace",
            "End the NOSPACE alarm of this member when at most 80 % of the quota is used and the disk has space.",
            o => o.Storage.AutoDisarmNoSpace, (o, v) => o.Storage.AutoDisarmNoSpace = v),
        Whole("max-snapshots", "server.storage.max_snapshots", "Snapshot files kept; 0 = all.", 0, 1_000_000,
            o => o.Storage.MaxSnapshots, (o, v) => o.Storage.MaxSnapshots = (int)v),
        Whole("bootstrap-defrag-threshold-megabytes", "server.storage.bootstrap_defrag_threshold_megabytes",
            "Compact the engine's files at startup when this would free at least this many MiB; 0 = never.", 0, 1 << 30,
            o => o.Storage.BootstrapDefragThresholdMegabytes, (o, v) => o.Storage.BootstrapDefragThresholdMegabytes = v)
            .Also("experimental-bootstrap-defrag-threshold-megabytes"),
        Switch("memory-mlock", "server.storage.memory_mlock", "Keep the process in memory (mlockall), so that nothing of it is swapped out.",
            o => o.Storage.MemoryMlock, (o, v) => o.Storage.MemoryMlock = v).Also("experimental-memory-mlock"),
        Switch("unsafe-no-fsync", "server.storage.unsafe_no_fsync", "Skip every fsync; acknowledged writes do not survive a power cut.",
            o => o.Storage.UnsafeNoFsync, (o, v) => o.Storage.UnsafeNoFsync = v),
    ];

    private static Setting[] Upkeep() =>
    [
        Choice("auto-compaction-mode", "server.upkeep.auto_compaction_mode", "What auto-compaction-retention counts: time or revisions.", ["periodic", "revision"],
            o => o.Upkeep.CompactionMode, (o, v) => o.Upkeep.CompactionMode = v),
        Text("auto-compaction-retention", "server.upkeep.auto_compaction_retention",
            "History that is kept: a duration (a bare number counts hours) or a number of revisions; 0 = all.", "1h",
            o => o.Upkeep.CompactionRetention, (o, v) => o.Upkeep.CompactionRetention = v),
        Duration("corrupt-check-time", "server.upkeep.corrupt_check_time", "Interval at which the members' states are compared; 0 = never.", "0s", "240h",
            o => o.Upkeep.CorruptCheckTime, (o, v) => o.Upkeep.CorruptCheckTime = v).Also("experimental-corrupt-check-time"),
        Switch("compact-hash-check-enabled", "server.upkeep.compact_hash_check", "Compare the members' states even when corrupt_check_time is 0.",
            o => o.Upkeep.CompactHashCheck, (o, v) => o.Upkeep.CompactHashCheck = v).Also("experimental-compact-hash-check-enabled"),
        Duration("compact-hash-check-time", "server.upkeep.compact_hash_check_time", "Interval of the comparison in that case.", "1s", "240h",
            o => o.Upkeep.CompactHashCheckTime, (o, v) => o.Upkeep.CompactHashCheckTime = v).Also("experimental-compact-hash-check-time"),
        Whole("compaction-batch-limit", "server.upkeep.compaction_batch_limit", "Revisions that one step of a compaction removes.", 1, 10_000_000,
            o => o.Upkeep.CompactionBatchLimit, (o, v) => o.Upkeep.CompactionBatchLimit = (int)v).Also("experimental-compaction-batch-limit"),
        Duration("compaction-sleep-interval", "server.upkeep.compaction_sleep_interval", "Pause between two steps of a compaction while nothing is applied.", "0s", "1m",
            o => o.Upkeep.CompactionSleepInterval, (o, v) => o.Upkeep.CompactionSleepInterval = v).Also("experimental-compaction-sleep-interval"),
        Switch("initial-corrupt-check", "server.upkeep.initial_corrupt_check",
            "Compare the state with the other members' before serving it; end with code 66 when it differs.",
            o => o.Upkeep.InitialCorruptCheck, (o, v) => o.Upkeep.InitialCorruptCheck = v).Also("experimental-initial-corrupt-check"),
        Switch("enable-lease-checkpoint", "server.upkeep.lease_checkpoint", "Record the remaining time of long leases.",
            o => o.Upkeep.LeaseCheckpoint, (o, v) => o.Upkeep.LeaseCheckpoint = v).Also("experimental-enable-lease-checkpoint"),
        Duration("lease-checkpoint-interval", "server.upkeep.lease_checkpoint_interval", "Interval at which the remaining time of a lease is recorded, for leases longer than it; 0 = never.", "0s", "240h",
            o => o.Upkeep.LeaseCheckpointInterval, (o, v) => o.Upkeep.LeaseCheckpointInterval = v),
    ];

    private static Setting[] Limits() =>
    [
        Bytes("max-request-bytes", "server.limits.max_request_bytes", "Bytes of an encoded write.", 1 << 10, SizeLimits.RequestBytesMax,
            o => o.Limits.MaxRequestBytes, (o, v) => o.Limits.MaxRequestBytes = v),
        Bytes("response-bytes-total", "server.limits.response_bytes_total", "Memory for responses until their clients have received them; 0 = a quarter of the available memory.", 0, 1L << 40,
            o => o.Limits.ResponseBytesTotal, (o, v) => o.Limits.ResponseBytesTotal = v),
        Whole("max-txn-ops", "server.limits.max_txn_ops", "Operations of a transaction.", 1, 1_000_000,
            o => o.Limits.MaxTxnOps, (o, v) => o.Limits.MaxTxnOps = (int)v),
        Whole("max-concurrent-streams", "server.limits.max_concurrent_streams", "Streams per client connection.", 1, uint.MaxValue,
            o => o.Limits.MaxConcurrentStreams, (o, v) => o.Limits.MaxConcurrentStreams = v),
        Whole("max-client-connections", "server.limits.max_client_connections", "Client connections; 0 = as many as descriptors and memory allow.", 0, 1_000_000,
            o => o.Limits.MaxClientConnections, (o, v) => o.Limits.MaxClientConnections = v),
        Duration("grpc-keepalive-min-time", "server.limits.keepalive_min_time", "Shortest time between a client's pings.", "0s", "24h",
            o => o.Limits.KeepAliveMinTime, (o, v) => o.Limits.KeepAliveMinTime = v),
        Duration("grpc-keepalive-interval", "server.limits.keepalive_interval", "Time between the server's own pings; 0 = never.", "0s", "240h",
            o => o.Limits.KeepAliveInterval, (o, v) => o.Limits.KeepAliveInterval = v),
        Duration("grpc-keepalive-timeout", "server.limits.keepalive_timeout", "How long to wait for a ping's acknowledgement.", "0s", "1h",
            o => o.Limits.KeepAliveTimeout, (o, v) => o.Limits.KeepAliveTimeout = v),
        Whole("max-apply-backlog", "server.limits.max_apply_backlog", "Committed, unapplied entries above which proposals are rejected.", 1, 1_000_000,
            o => o.Limits.MaxApplyBacklog, (o, v) => o.Limits.MaxApplyBacklog = (int)v),
        Switch("enable-grpc-reflection", "server.limits.enable_grpc_reflection", "Serve grpc.reflection, so that tools can list services.",
            o => o.Limits.EnableReflection, (o, v) => o.Limits.EnableReflection = v),
        Words("cors", "server.limits.cors", "Origins that browsers may call the JSON gateway from; * = all.", "https://example.com",
            o => o.Limits.Cors, (o, v) => o.Limits.Cors = v),
        Words("host-whitelist", "server.limits.host_whitelist", "Host names that HTTP requests may use; * = all. Others get status 421.", "db.example.com",
            o => o.Limits.HostWhitelist, (o, v) => o.Limits.HostWhitelist = v),
        Switch("socket-reuse-port", "server.limits.socket_reuse_port", "Listen with SO_REUSEPORT: several processes may listen on one port.",
            o => o.Limits.SocketReusePort, (o, v) => o.Limits.SocketReusePort = v),
        Switch("enable-grpc-gateway", "server.limits.enable_grpc_gateway", "Serve the JSON gateway on /v3/... of the client port.",
            o => o.Limits.EnableGateway, (o, v) => o.Limits.EnableGateway = v),
    ];

    private static Setting[] Watch() =>
    [
        Duration("watch-progress-notify-interval", "server.watch.progress_notify_interval", "Interval of progress notifications on an idle watch that asked for them.", "100ms", "24h",
            o => o.Watch.ProgressInterval, (o, v) => o.Watch.ProgressInterval = v).Also("experimental-watch-progress-notify-interval"),
        Bytes("watch-queue-bytes", "server.watch.queue_bytes", "Bytes queued per stream; a watch above the limit catches up from history later.", 64 << 10, 1L << 30,
            o => o.Watch.QueueBytes, (o, v) => o.Watch.QueueBytes = v),
        Bytes("watch-queue-bytes-total", "server.watch.queue_bytes_total", "Bytes queued on all streams together; 0 = 256MiB, or an eighth of the memory when that is less.", 0, 1L << 40,
            o => o.Watch.QueueBytesTotal, (o, v) => o.Watch.QueueBytesTotal = v),
        Whole("watchers-per-stream", "server.watch.watchers_per_stream", "Watches on one stream.", 1, 10_000_000,
            o => o.Watch.WatchersPerStream, (o, v) => o.Watch.WatchersPerStream = (int)v),
    ];

    private static Setting[] Dashboard() =>
    [
        Switch("enable-dashboard", "server.dashboard.enable", "Serve the web page about the cluster at /dashboard of the client addresses.",
            o => o.Dashboard.Enable, (o, v) => o.Dashboard.Enable = v),
    ];

    private static Setting[] Logging() =>
    [
        Choice("log-level", "server.log.level", "Minimum severity that is logged.", ["info", "debug", "warn", "error", "panic", "fatal"],
            o => o.Logging.Level, (o, v) => o.Logging.Level = v),
        Choice("log-format", "server.log.format", "Format of log lines.", ["json", "console"], o => o.Logging.Format, (o, v) => o.Logging.Format = v),
        Words("log-outputs", "server.log.outputs", "Where log lines go: default (= stderr), stderr, stdout, systemd/journal, files; several with commas.", "stderr",
            o => o.Logging.Outputs, (o, v) => o.Logging.Outputs = v).Also("log-output"),
        Switch("enable-log-rotation", "server.log.rotation", "Rotate the log file by size; one of log-outputs must be a file.",
            o => o.Logging.Rotation, (o, v) => o.Logging.Rotation = v),
        Text("log-rotation-config-json", "server.log.rotation_config",
            "JSON: maxsize in MB, maxage in days, maxbackups (0 = no limit), localtime, compress.", LogRotation.DefaultJson,
            o => o.Logging.RotationConfig, (o, v) => o.Logging.RotationConfig = v),
        Choice("metrics", "server.log.metrics", "Detail of the metrics.", ["basic", "extensive"], o => o.Logging.Metrics, (o, v) => o.Logging.Metrics = v),
        Duration("warning-apply-duration", "server.log.warn_apply", "An apply slower than this is logged.", "0s", "1h",
            o => o.Logging.WarnApply, (o, v) => o.Logging.WarnApply = v).Also("experimental-warning-apply-duration"),
        Duration("warning-unary-request-duration", "server.log.warn_request", "A request slower than this is logged.", "0s", "1h",
            o => o.Logging.WarnRequest, (o, v) => o.Logging.WarnRequest = v).Also("experimental-warning-unary-request-duration"),
    ];
}
