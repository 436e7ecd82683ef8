using System.Net;
using System.Net.Sockets;
using MetaStore.Raft.Runtime.Transport.Inquiry;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Settings of a <see cref="TcpPeerTransport"/>.</summary>
public sealed class TcpPeerTransportOptions
{
    /// <summary>This member.</summary>
    public required ulong NodeId { get; init; }

    /// <summary>The cluster; connections of any other are refused.</summary>
    public required ulong ClusterId { get; init; }

    /// <summary>Where peers connect to. Port 0 takes any free one (<see cref="TcpPeerTransport.ListenAddress"/>).</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>A socket bound to <see cref="Listen"/> already, which the transport takes over; null (the default) binds one.</summary>
    public Socket? BoundSocket { get; init; }

    /// <summary>Which files of an engine this member takes as a snapshot; every peer that connects is told. Default: none.</summary>
    public string SnapshotFiles { get; init; } = "";

    /// <summary>The members as this node knows them, for nodes that join. Any thread calls. Default: none.</summary>
    public Func<IReadOnlyList<ClusterMember>> Members { get; init; } = () => [];

    /// <summary>
    /// What a peer says when this node dials it at its known address: true when this node was removed from the cluster, false when it is let in.
    /// One peer's word, and not authenticated. Any thread calls, perhaps often. Default: nothing happens.
    /// </summary>
    public Action<ulong, bool> OnAnswered { get; init; } = static (_, _) => { };

    /// <summary>How far this node, as leader, counts a member's log as durable; for that member when it asks. Any thread calls. Default: nothing is known.</summary>
    public Func<ulong, AcknowledgedIndex> Acknowledged { get; init; } = static _ => default;

    /// <summary>A probe to a peer came back after this time. Any thread calls. Default: nothing happens.</summary>
    public Action<ulong, TimeSpan> OnRoundTrip { get; init; } = static (_, _) => { };

    /// <summary>Pause between two probes to a peer. Default 5 s, etcd's.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes queued on a control lane before messages are dropped. Default 4 MiB.</summary>
    public long ControlQueueBytesMax { get; init; } = 4 << 20;

    /// <summary>Bytes queued on an append lane before messages are dropped. Default 64 MiB.</summary>
    public long AppendQueueBytesMax { get; init; } = 64 << 20;

    /// <summary>First pause before connecting again; doubles up to <see cref="ReconnectDelayMax"/>, less up to half by chance. Default 50 ms.</summary>
    public TimeSpan ReconnectDelayMin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest pause before connecting again. Default 1 s.</summary>
    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Limit for connecting and for the whole handshake, on either side. Default 5 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a member is asked whether a connection in its name is its own. Default 1 s.</summary>
    public TimeSpan ConfirmTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Unacknowledged data older than this breaks the connection (TCP_USER_TIMEOUT). Default 5 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A snapshot transfer that hardly moves for this long is given up. Default 30 s.</summary>
    public TimeSpan SnapshotStallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Incoming connections that have not said yet who they are, each of which has a thread. Default 64.</summary>
    public int HandshakesMax { get; init; } = 64;

    /// <summary>Connections of one address that are looked at in a second. Default 1,000.</summary>
    public int ConnectionsPerSecondMax { get; init; } = 1_000;
}
