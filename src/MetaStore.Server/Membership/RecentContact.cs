using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Runtime.Node;

namespace MetaStore.Server.Membership;

/// <summary>The members that have answered the leader recently.</summary>
/// <remarks>
/// Each quorum check starts a new count, so that in the moment after it no member counts as active. What depends on it waits as long as an answer to a
/// heartbeat takes before it decides.
/// </remarks>
internal sealed class RecentContact(RaftNode node, TimeSpan heartbeat, TimeProvider time)
{
    /// <summary>Heartbeats within which a member that answers has been heard from.</summary>
    private const int HeartbeatsUntilHeard = 3;

    private const int LooksPerHeartbeat = 10;

    /// <summary>Waits until a condition on who is active holds, at most as long as an answer takes.</summary>
    public async Task WaitAsync(Func<bool> isHeard)
    {
        long from = time.GetTimestamp();
        while (!isHeard() && time.GetElapsedTime(from) < HeartbeatsUntilHeard * heartbeat)
        {
            await Task.Delay(heartbeat / LooksPerHeartbeat, time);
        }
    }

    /// <summary>The active voter with the longest log, to take over leadership; null when none is active.</summary>
    public async Task<FollowerStatus?> SuccessorAsync()
    {
        FollowerStatus? successor = null;
        await WaitAsync(() => (successor = OtherVoters().Where(voter => voter.RecentActive).MaxBy(voter => voter.Match)) is not null || !OtherVoters().Any());
        return successor;
    }

    /// <summary>True when a member was heard from since the last quorum check.</summary>
    public bool IsActive(ulong id) => node.Status.Followers.Any(follower => follower.NodeId == id && follower.RecentActive);

    private IEnumerable<FollowerStatus> OtherVoters() => node.Status.Followers.Where(follower => follower.NodeId != node.NodeId && !follower.IsLearner);
}
