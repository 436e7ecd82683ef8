using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Elections;

/// <summary>A leader has durable votes of a quorum for its term; only voters that have moved to a later term may have overwritten them (thesis §3.4).</summary>
internal sealed class LeadersAreElected(SimCluster cluster) : Invariant(cluster)
{
    private readonly PerLife<ConfState> _members = new();

    public override void Turned(SimProcess process)
    {
        if (process.Node.Leadership.Role is Role.PreCandidate or Role.Candidate)
        {
            _members.Set(process, process.Core.Status.ConfState);
        }
    }

    public override void Leads(SimProcess process, SoftState soft, ulong term)
    {
        if (soft.Role != Role.Leader)
        {
            return;
        }

        // Within one iteration it may be elected and the membership may change.
        ConfState members = process.Core.Status.ConfState;
        bool holds = HasQuorum(members, process, term) || (_members.TryGet(process, out ConfState? before) && HasQuorum(before, process, term));
        Require(holds, $"node {process.Machine.Id} leads term {term} without the votes of a quorum of {string.Join(',', members.Voters)}|{string.Join(',', members.VotersOutgoing)}");
    }

    private bool HasQuorum(ConfState members, SimProcess leader, ulong term) =>
        HasMajority(members.Voters, leader, term) && (members.VotersOutgoing.Length == 0 || HasMajority(members.VotersOutgoing, leader, term));

    private bool HasMajority(ulong[] voters, SimProcess leader, ulong term) => 2 * voters.Count(voter => Voted(voter, leader, term)) > voters.Length;

    private bool Voted(ulong voter, SimProcess leader, ulong term)
    {
        SimMachine machine = Cluster.Machine(voter);
        DurableState? disk = machine.Process?.Durable ?? machine.Promised;
        return voter == leader.Machine.Id || (disk is not null && (disk.Term > term || (disk.Term == term && disk.Vote == leader.Machine.Id)));
    }
}
