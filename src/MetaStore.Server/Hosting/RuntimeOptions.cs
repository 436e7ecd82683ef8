using System.Net;
using System.Net.Sockets;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Discovery;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Server.Calls;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Hosting.Descriptors;
using MetaStore.Server.Hosting.Ports;
using MetaStore.Server.Hosting.Storage;
using MetaStore.Server.Listening;
using MetaStore.Server.Listening.Connections;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Hosting;

/// <summary>Converts the configuration to the options of the lower layers.</summary>
internal static class RuntimeOptions
{
    /// <summary>Shorter values are raised to this, as in etcd.</summary>
    private static readonly TimeSpan PeerWriteTimeoutMin = TimeSpan.FromSeconds(5);

    /// <summary>Connections of one address to the peer port.</summary>
    private const int ConnectionsPerSecond = 1_000;

    /// <summary>The same with TLS: each may cost a millisecond of a processor, whatever its certificate.</summary>
    private const int TlsConnectionsPerSecond = 250;

    /// <summary>Memory of an idle HTTP/2 connection: measured 40 KiB with its buffers.</summary>
    private const long BytesOfConnection = 64 << 10;

    private const int MemoryShareOfConnections = 4;

    /// <summary>Memory of an open call with its watch: measured 20 KiB.</summary>
    private const long BytesOfCall = 32 << 10;

    private const int MemoryShareOfCalls = 2;
    private const long UnreadBytesMost = 128 << 20;
    private const int MemoryShareOfUnread = 8;
    private const int MemoryShareOfWaiting = 8;

    /// <summary>Memory available to the process: of the machine, the container or DOTNET_GCHeapHardLimit.</summary>
    private static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    public static RaftNodeOptions Node(MetaStoreOptions options, NodeIdentity identity, ISnapshotFiles files, Action<string> onEntriesLost) => new()
    {
        NodeId = identity.MemberId,
        ClusterId = identity.ClusterId,
        SnapshotFiles = files,
        OnEntriesLost = onEntriesLost,
        ProposalCheck = new ForwardedProposals(),
        SkippedEntries = options.Consensus.SkippedEntries,
        HeartbeatInterval = options.Consensus.HeartbeatInterval,
        ElectionTimeout = options.Consensus.ElectionTimeout,
        PreVote = options.Consensus.PreVote,
        UnappliedEntriesMax = options.Limits.MaxApplyBacklog,
        ReadIndexTimeout = options.Consensus.RequestTimeout,
        LogMemoryBytes = options.Consensus.LogMemoryBytes,
        CatchUpEntries = (int)options.Consensus.SnapshotCatchUpEntries,
        SnapshotsKept = options.Storage.MaxSnapshots == 0 ? int.MaxValue : options.Storage.MaxSnapshots,
    };

    public static TcpPeerTransportOptions Transport(
        MetaStoreOptions options, NodeIdentity identity, ReservedPorts ports, PeerSecurity security, MemberStore members, ISnapshotFiles files, Action<ulong, bool> onAnswered,
        Func<ulong, AcknowledgedIndex> acknowledged, Action<ulong, TimeSpan> onRoundTrip) => new()
    {
        Security = security,
        ConnectionsPerSecondMax = security.ListensWithTls ? TlsConnectionsPerSecond : ConnectionsPerSecond,
        SnapshotFiles = files.Taken,
        KnowsUsers = true,
        KnowsLeaseEpochs = true,
        Members = () => [.. members.Members.Select(member => new ClusterMember(member.Id, member.Name, member.PeerUrls, member.IsLearner))],
        OnAnswered = onAnswered,
        StallTimeout = options.Consensus.PeerWriteTimeout > PeerWriteTimeoutMin ? options.Consensus.PeerWriteTimeout : PeerWriteTimeoutMin,
        Acknowledged = acknowledged,
        OnRoundTrip = onRoundTrip,
        NodeId = identity.MemberId,
        ClusterId = identity.ClusterId,
        Listen = EndPoint(options.Member.ListenPeerUrls[0]),
        BoundSocket = ports.Take(EndPoint(options.Member.ListenPeerUrls[0])),
        HandshakesMax = DescriptorPlan.OfProcess(options.Storage).PeerHandshakes,
    };

    public static WalOptions Wal(MetaStoreOptions options, WalOptions defaults)
    {
        long segmentBytes = options.Storage.WalSegmentBytes & ~4095L;
        return defaults with
        {
            SegmentBytes = segmentBytes,
            FirstSegmentBytes = Math.Min(defaults.FirstSegmentBytes, segmentBytes),
            UnsafeNoSync = options.Storage.UnsafeNoFsync,
        };
    }

    public static BatchSettings Batching(MetaStoreOptions options)
    {
        BatchSettings settings = options.Batch.Settings;
        return settings with
        {
            Policy = options.Batch.Enable ? settings.Policy : BatchPolicyKind.Off,
            MaxCommandBytes = Math.Max(settings.MaxCommandBytes, SizeLimits.CommandBytes(options.Limits.MaxRequestBytes)),
        };
    }

    public static AdmissionSettings Admission(MetaStoreOptions options)
    {
        AdmissionOptions admission = options.Admission;
        var defaults = new AdmissionSettings();
        return new AdmissionSettings
        {
            Mode = Enum.Parse<AdmissionMode>(admission.Mode, ignoreCase: true),
            Initial = admission.InitialCredits,
            Min = admission.MinCredits,
            Max = admission.MaxCredits,
            PerConnection = admission.CreditsPerConnection,
            Reserved = admission.ReservedCredits,
            RefillRate = admission.RefillRate,
            RefillInterval = admission.RefillInterval,
            MemoryThreshold = admission.MemoryThreshold,
            LatencyCeiling = admission.LatencyCeiling,
            MaxBytes = admission.MaxBytes,
            MaxWait = admission.MaxWait,
            MaxWaiting = admission.QueueProposals,
            MaxWaitingBytes = admission.QueueBytes > 0 ? admission.QueueBytes : Math.Max(Math.Min(defaults.MaxWaitingBytes, Memory / MemoryShareOfWaiting), 1),
        };
    }

    public static ListenerOptions Listener(MetaStoreOptions configured, ReservedPorts ports, TlsPort? tls, ICallGate gate, ICallObserver observer)
    {
        LimitOptions limits = configured.Limits;
        var options = new ListenerOptions
        {
            MaxReceiveMessageBytes = SizeLimits.ReceiveBytes(limits.MaxRequestBytes),
            MaxStreamsPerConnection = (int)Math.Min(limits.MaxConcurrentStreams, int.MaxValue),
            Gate = gate,
            Observer = observer,
            Connections = Connections(configured),
            Calls = new OpenCalls((int)Math.Clamp(Memory / MemoryShareOfCalls / BytesOfCall, 1, int.MaxValue)),
            Unread = new UnreadCalls(Math.Min(UnreadBytesMost, Memory / MemoryShareOfUnread)),
            ConfigureTransport = sockets => sockets.CreateBoundListenSocket = ports.Take,
        };
        if (limits.KeepAliveMinTime > TimeSpan.Zero)
        {
            options.ClientPingMinTime = limits.KeepAliveMinTime;
        }

        if (limits.KeepAliveInterval > TimeSpan.Zero)
        {
            options.KeepAlivePingDelay = limits.KeepAliveInterval;
        }

        if (limits.KeepAliveTimeout > TimeSpan.Zero)
        {
            options.KeepAlivePingTimeout = limits.KeepAliveTimeout;
        }

        AddEndpoints(options, configured.Member.ListenClientUrls.Concat(configured.Member.ListenClientHttpUrls), tls);
        return options;
    }

    /// <summary>The listener of --listen-metrics-urls: pages for probes and scrapers, no services.</summary>
    public static ListenerOptions MetricsListener(MetaStoreOptions configured, ReservedPorts ports, TlsPort? tls)
    {
        var options = new ListenerOptions { ConfigureTransport = sockets => sockets.CreateBoundListenSocket = ports.Take };
        AddEndpoints(options, configured.Member.ListenMetricsUrls, tls);
        return options;
    }

    /// <summary>http and https of one address share a port. Of port 0 each asks for one of its own.</summary>
    private static void AddEndpoints(ListenerOptions options, IEnumerable<EndpointUrl> urls, TlsPort? tls)
    {
        foreach (IGrouping<(string, int), EndpointUrl> same in urls.Select((url, at) => (url, at))
            .GroupBy(entry => (entry.url.Address, IsAnyPort(entry.url) ? entry.at : -1), entry => entry.url))
        {
            options.Endpoints.Add(new ListenerEndpoint(Address(same.First()), same.Any(url => url.IsTls) ? tls : null, same.Any(url => !url.IsTls)));
        }
    }

    private static bool IsAnyPort(EndpointUrl url) => url.SocketPath is null && url.Port == 0;

    private static EndPoint Address(EndpointUrl url) => url.SocketPath is { } path ? new UnixDomainSocketEndPoint(path) : EndPoint(url);

    /// <summary>Maximum number of client connections: the least of the configured limit and what descriptors and memory allow.</summary>
    /// <exception cref="StartException">The limit of open files is too low.</exception>
    private static ConnectionLimit Connections(MetaStoreOptions options)
    {
        long configured = options.Limits.MaxClientConnections > 0 ? options.Limits.MaxClientConnections : long.MaxValue;
        long memory = Memory / MemoryShareOfConnections / BytesOfConnection;
        return new ConnectionLimit((int)Math.Clamp(Math.Min(configured, DescriptorPlan.OfProcess(options.Storage).Clients), 1, Math.Max(memory, 1)));
    }

    /// <summary>The address to bind. "localhost" is 127.0.0.1, as in etcd.</summary>
    public static IPEndPoint EndPoint(EndpointUrl url) =>
        new(url.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(url.Host), url.Port);
}
