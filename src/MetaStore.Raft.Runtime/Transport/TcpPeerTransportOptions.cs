using System.Net;
using System.Net.Sockets;
using MetaStore.Raft.Runtime.Transport.Discovery;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Settings of a <see cref="TcpPeerTransport"/>.</summary>
public sealed class TcpPeerTransportOptions
{
    /// <summary>This member.</summary>
    public required ulong NodeId { get; init; }

    /// <summary>The cluster; connections of any other are refused.</summary>
    public required ulong ClusterId { get; init; }

    /// <summary>Address to listen on for peers. Port 0 takes any free one (<see cref="TcpPeerTransport.ListenAddress"/>).</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>A socket already bound to <see cref="Listen"/>, which the transport takes over; null (the default) binds one.</summary>
    public Socket? BoundSocket { get; init; }

    /// <summary>TLS, and what members prove to each other. Default: cleartext, and nothing.</summary>
    public PeerSecurity Security { get; init; } = PeerSecurity.None;

    /// <summary>Which engine files this member accepts as a snapshot; announced to every peer that connects. Default: none.</summary>
    public string SnapshotFiles { get; init; } = "";

    /// <summary>Announced to the peers: this node reads commands and states with users and roles. Default false.</summary>
    public bool KnowsUsers { get; init; }

    /// <summary>Announced to the peers: this node reads the epoch of a command that expires a lease. Default false.</summary>
    public bool KnowsLeaseEpochs { get; init; }

    /// <summary>The members as this node sees them, for joining nodes. Called by any thread. Default: none.</summary>
    public Func<IReadOnlyList<ClusterMember>> Members { get; init; } = () => [];

    /// <summary>
    /// A peer's answer when this node dials it at its known address: true when this node was removed from the cluster, false when it is
    /// accepted.
    /// The claim of one peer, and not authenticated. Called by any thread, perhaps often. Default: no action.
    /// </summary>
    public Action<ulong, bool> OnAnswered { get; init; } = static (_, _) => { };

    /// <summary>
    /// Index up to which this node, as leader, counts a member's log as durable; returned to that member on request. Called by
    /// any thread. Default: none.
    /// </summary>
    public Func<ulong, AcknowledgedIndex> Acknowledged { get; init; } = static _ => default;

    /// <summary>Receives the round-trip time of a probe to a peer. Called by any thread. Default: no action.</summary>
    public Action<ulong, TimeSpan> OnRoundTrip { get; init; } = static (_, _) => { };

    /// <summary>Pause between two probes to a peer. Default 5 s, etcd's.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes queued on a control lane before messages are dropped. Default 4 MiB.</summary>
    public long ControlQueueBytesMax { get; init; } = 4 << 20;

    /// <summary>Bytes queued on an append lane before messages are dropped. Default 64 MiB.</summary>
    public long AppendQueueBytesMax { get; init; } = 64 << 20;

    /// <summary>
    /// First pause before reconnecting; doubles up to <see cref="ReconnectDelayMax"/>, minus up to half at random. Default 50 ms.
    /// </summary>
    public TimeSpan ReconnectDelayMin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest pause before reconnecting. Default 1 s.</summary>
    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Timeout for connecting and for the whole handshake, on either side. Default 5 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Timeout for asking a member whether a connection in its name is its own. Default 1 s.</summary>
    public TimeSpan ConfirmTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Unacknowledged data older than this breaks the connection (TCP_USER_TIMEOUT). Default 5 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A snapshot transfer that hardly progresses for this long is aborted. Default 30 s.</summary>
    public TimeSpan SnapshotStallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Incoming connections with a pending handshake, each of which has a thread. Default 64.</summary>
    public int HandshakesMax { get; init; } = 64;

    /// <summary>Connections of one address that are handled per second. Default 1,000.</summary>
    public int ConnectionsPerSecondMax { get; init; } = 1_000;
}
