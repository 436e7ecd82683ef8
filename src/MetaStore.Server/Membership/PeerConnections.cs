using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Transport;

namespace MetaStore.Server.Membership;

/// <summary>Connections to peers, for the strict reconfiguration checks.</summary>
internal sealed class PeerConnections(RaftNode node, TimeProvider time)
{
    /// <summary>How long a connection must be up to count. Source: etcd's HealthInterval.</summary>
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(5);

    /// <summary>True when connected now, or for this member itself.</summary>
    public bool IsActive(ulong member) => member == node.NodeId || Find(member) is { IsActive: true };

    /// <summary>True when connected for five seconds without interruption, or for this member itself.</summary>
    public bool IsReached(ulong member) => member == node.NodeId || Find(member)?.ActiveSince <= time.GetUtcNow() - Healthy;

    private PeerStatus? Find(ulong member) => node.Peers.FirstOrDefault(peer => peer.Node == member);
}
