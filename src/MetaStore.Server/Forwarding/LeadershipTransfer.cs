using MetaStore.Raft.Runtime.Node;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Forwarding;

/// <summary>Transfers leadership to a chosen voter and waits until it leads.</summary>
internal sealed class LeadershipTransfer(RaftNode node, MemberStore members, LeadershipState leadership, TimeSpan electionTimeout, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Transfers leadership within an election timeout. A transfer to this member while it leads is already complete.</summary>
    public async Task<ServerError> ToAsync(ulong target)
    {
        if (leadership.LeadingTerm == 0)
        {
            return ServerError.NotLeader;
        }

        if (members.Find(target) is not { IsLearner: false })
        {
            return ServerError.BadLeaderTransferee;
        }

        if (target == node.NodeId)
        {
            return ServerError.None;
        }

        node.TransferLeader(target);
        long startedAt = time.GetTimestamp();
        while (leadership.Leader != target)
        {
            if (time.GetElapsedTime(startedAt) >= electionTimeout)
            {
                return ServerError.TimeoutLeaderTransfer;
            }

            await leadership.WaitForChangeAsync(Poll);
        }

        return ServerError.None;
    }
}
