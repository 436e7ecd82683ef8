using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Transport;

namespace MetaStore.Server.Proposals;

/// <summary>Chooses the error for a proposal without a response in time, so that a client can distinguish a failed leader from a lost connection.</summary>
/// <remarks>Source: etcd's three texts for a timed-out request.</remarks>
internal sealed class TimeoutDiagnosis(RaftNode node, LeadershipState leadership, TimeSpan electionTimeout, TimeProvider time)
{
    /// <summary>The error for a wait that began at <paramref name="startedAt"/>, a timestamp of the clock.</summary>
    public ServerError Of(long startedAt)
    {
        long electedAt = leadership.ElectedAt;
        if (startedAt < electedAt && time.GetElapsedTime(startedAt, electedAt) < 2 * electionTimeout)
        {
            return ServerError.TimeoutDueToLeaderFailure;
        }

        DateTimeOffset started = time.GetUtcNow() - time.GetElapsedTime(startedAt);
        ulong leader = leadership.Leader;
        bool isCutOff = leader switch
        {
            0 => false,
            _ when leadership.Role == Role.Leader => !IsConnectedToQuorumSince(started),
            _ => !node.Peers.Any(peer => peer.Node == leader && IsConnectedSince(peer, started)),
        };
        return isCutOff ? ServerError.TimeoutDueToConnectionLost : ServerError.Timeout;
    }

    private static bool IsConnectedSince(PeerStatus peer, DateTimeOffset since) => peer.IsActive && peer.ActiveSince < since;

    private bool IsConnectedToQuorumSince(DateTimeOffset since)
    {
        IReadOnlyList<PeerStatus> peers = node.Peers;
        int connected = 1 + peers.Count(peer => IsConnectedSince(peer, since));
        return connected >= ((peers.Count + 1) / 2) + 1;
    }
}
