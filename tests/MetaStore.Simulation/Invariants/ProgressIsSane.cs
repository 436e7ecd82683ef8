using MetaStore.Raft;
using MetaStore.Raft.Diagnostics;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants;

/// <summary>On a leader match is below next for every follower, and nobody is thought to have what the leader has not.</summary>
internal sealed class ProgressIsSane(SimCluster cluster) : Invariant(cluster)
{
    private const int TurnsBetween = 16;

    private int _turns;

    public override void Turned(SimProcess process)
    {
        if (process.Node.Progress.Role != Role.Leader || ++_turns % TurnsBetween != 0)
        {
            return;
        }

        RaftStatus status = process.Core.Status;
        foreach (FollowerStatus follower in status.Followers)
        {
            Require(follower.Match < follower.Next, $"leader {status.NodeId} has match {follower.Match} and next {follower.Next} for {follower.NodeId}");
            Require(follower.Match <= status.LastIndex, $"leader {status.NodeId} has match {follower.Match} for {follower.NodeId} and a log to {status.LastIndex}");
        }
    }
}
