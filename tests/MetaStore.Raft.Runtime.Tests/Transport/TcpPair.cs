using System.Collections.Concurrent;
using System.Net;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Discovery;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>Two members connected by TCP on the loopback interface.</summary>
internal sealed class TcpPair : IAsyncDisposable
{
    public const ulong Cluster = 0xC1;
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly PeerSecurity _secondSecurity;

    /// <param name="snapshotsTaken">Whether the second member takes snapshots.</param>
    /// <param name="secondTakes">Which files of an engine it takes.</param>
    /// <param name="secondKnowsUsers">Whether it says that it reads commands with users.</param>
    /// <param name="first">Security of the first member; none by default.</param>
    /// <param name="second">Of the second; the same by default.</param>
    public TcpPair(bool snapshotsTaken = true, string secondTakes = "", bool secondKnowsUsers = false, PeerSecurity? first = null, PeerSecurity? second = null)
    {
        _secondSecurity = second ?? first ?? PeerSecurity.None;
        SecondReceiver = new RecordingReceiver { TakesSnapshots = snapshotsTaken };
        First = Create(1, FirstLog, onRoundTrip: (peer, time) => RoundTrips.Enqueue((peer, time)), security: first);
        Second = Create(2, SecondLog, snapshotFiles: secondTakes, knowsUsers: secondKnowsUsers, security: _secondSecurity);
        First.AddPeer(2, Urls(Second, _secondSecurity));
        Second.AddPeer(1, Urls(First, first));
        First.Start(FirstReceiver);
        Second.Start(SecondReceiver);
    }

    public LogSink FirstLog { get; } = new();

    public LogSink SecondLog { get; } = new();

    public RecordingReceiver FirstReceiver { get; } = new();

    public RecordingReceiver SecondReceiver { get; }

    /// <summary>Round trips measured by the first member's probes.</summary>
    public ConcurrentQueue<(ulong Peer, TimeSpan Time)> RoundTrips { get; } = [];

    public TcpPeerTransport First { get; }

    public TcpPeerTransport Second { get; private set; }

    public static TcpPeerTransport Create(ulong node, LogSink log, ulong cluster = Cluster, int port = 0, string snapshotFiles = "", Action<ulong, TimeSpan>? onRoundTrip = null, TimeSpan? handshakeTimeout = null, PeerSecurity? security = null, bool knowsUsers = false, Func<IReadOnlyList<ClusterMember>>? members = null) => new(
        new TcpPeerTransportOptions
        {
            NodeId = node,
            ClusterId = cluster,
            Security = security ?? PeerSecurity.None,
            SnapshotFiles = snapshotFiles,
            KnowsUsers = knowsUsers,
            KnowsLeaseEpochs = !knowsUsers,
            Members = members ?? (static () => []),
            OnRoundTrip = onRoundTrip ?? (static (_, _) => { }),
            HandshakeTimeout = handshakeTimeout ?? TimeSpan.FromSeconds(5),
            ProbeInterval = TimeSpan.FromMilliseconds(20),
            Listen = new IPEndPoint(IPAddress.Loopback, port),
            ReconnectDelayMin = TimeSpan.FromMilliseconds(10),
            ReconnectDelayMax = TimeSpan.FromMilliseconds(50),
        },
        log);

    /// <summary>Member 1 with no process at member 2's address, so that the test can act as member 2.</summary>
    public static TcpPeerTransport StartAlone(LogSink log, RecordingReceiver receiver, TimeSpan? handshakeTimeout = null, PeerSecurity? security = null)
    {
        TcpPeerTransport transport = Create(1, log, handshakeTimeout: handshakeTimeout, security: security);
        transport.AddPeer(2, [new Uri("http://127.0.0.1:1")]);
        transport.Start(receiver);
        return transport;
    }

    public static IReadOnlyList<Uri> Urls(TcpPeerTransport transport, PeerSecurity? security = null) =>
        [new Uri($"{(security is { ListensWithTls: true } ? "https" : "http")}://{transport.ListenAddress}")];

    public Task ConnectedAsync() => Eventually.TrueAsync(
        () => First.Peers.All(peer => peer.IsActive) && Second.Peers.All(peer => peer.IsActive),
        Limit,
        () => string.Join(Environment.NewLine, [.. FirstLog.All, .. SecondLog.All]));

    /// <summary>Stops the second member and starts it again at the same address.</summary>
    public async Task RestartSecondAsync()
    {
        int port = Second.ListenAddress.Port;
        await Second.DisposeAsync();
        StartSecond(port);
    }

    /// <summary>Starts the second member, which was stopped, at an address.</summary>
    public void StartSecond(int port)
    {
        Second = Create(2, SecondLog, Cluster, port, security: _secondSecurity);
        Second.AddPeer(1, Urls(First, _secondSecurity));
        Second.Start(SecondReceiver);
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }
}
