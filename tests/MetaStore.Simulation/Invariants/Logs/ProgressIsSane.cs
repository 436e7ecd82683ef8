using MetaStore.Raft;
using MetaStore.Raft.Diagnostics;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Logs;

/// <summary>On a leader match is below next for every follower, and match never exceeds what the follower, or the leader, has.</summary>
internal sealed class ProgressIsSane(SimCluster cluster) : Invariant(cluster)
{
    private const int TurnsBetween = 16;

    private int _turns;

    public override void Turned(SimProcess process)
    {
        if (process.Node.Leadership.Role != Role.Leader || ++_turns % TurnsBetween != 0)
        {
            return;
        }

        RaftStatus status = process.Core.Status;
        foreach (FollowerStatus follower in status.Followers)
        {
            Require(follower.Match < follower.Next, $"leader {status.NodeId} has match {follower.Match} and next {follower.Next} for {follower.NodeId}");
            Require(follower.Match <= status.LastIndex, $"leader {status.NodeId} has match {follower.Match} for {follower.NodeId} and a log to {status.LastIndex}");
            Require(IsHeld(process, status.Term, follower), $"leader {status.NodeId} has match {follower.Match} for {follower.NodeId}, which does not hold that entry");
        }
    }

    private bool IsHeld(SimProcess leader, ulong term, FollowerStatus follower)
    {
        SimMachine machine = Cluster.Machine(follower.NodeId);
        DurableState? disk = machine.Process?.Durable ?? machine.Promised;

        // A follower in a later term may have replaced it for another leader.
        return follower.NodeId == leader.Machine.Id || follower.Match == 0 || disk is null || disk.Term > term
            || !leader.Node.Driver.Log.TryGetTerm(follower.Match, out ulong wanted) || disk.Holds(follower.Match, wanted);
    }
}
