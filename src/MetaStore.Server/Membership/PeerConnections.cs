using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Transport;

namespace MetaStore.Server.Membership;

/// <summary>Who this member is connected to, as the strict reconfiguration checks ask.</summary>
internal sealed class PeerConnections(RaftNode node, TimeProvider time)
{
    /// <summary>How long a connection has to be up to count. Source: etcd's HealthInterval.</summary>
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(5);

    /// <summary>Connected at this moment, or this member itself.</summary>
    public bool IsActive(ulong member) => member == node.NodeId || Find(member) is { IsActive: true };

    /// <summary>Connected without a break for five seconds, or this member itself.</summary>
    public bool IsReached(ulong member) => member == node.NodeId || Find(member)?.ActiveSince <= time.GetUtcNow() - Healthy;

    private PeerStatus? Find(ulong member) => node.Peers.FirstOrDefault(peer => peer.Node == member);
}
