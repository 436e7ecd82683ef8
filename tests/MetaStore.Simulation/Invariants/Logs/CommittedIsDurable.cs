using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Logs;

/// <summary>When a leader commits an entry, it is durable on a quorum of the members at that time; learners do not count.</summary>
internal sealed class CommittedIsDurable(SimCluster cluster) : Invariant(cluster)
{
    /// <summary>Commit index of each leader, and the memberships it has had since that changed.</summary>
    private readonly PerLife<(ulong Commit, ConfState[] Members)> _seen = new();

    public override void Commits(SimProcess process, CommittedBatch batch)
    {
        if (batch.ConfChanges.Count > 0 && _seen.TryGet(process, out (ulong Commit, ConfState[] Members) known))
        {
            _seen.Set(process, known with { Members = [.. known.Members, .. batch.ConfChanges.Select(change => change.ConfState)] });
        }
    }

    public override void Turned(SimProcess process)
    {
        ulong commit = process.Node.Progress.Committed;
        if (process.Node.Leadership.Role != Role.Leader)
        {
            _seen.Forget(process);
            return;
        }

        bool known = _seen.TryGet(process, out (ulong Commit, ConfState[] Members) before);
        if (known && before.Commit == commit)
        {
            return;
        }

        ConfState members = process.Core.Status.ConfState;
        _seen.Set(process, (commit, [members]));
        Cluster.Statistics.Commits++;
        if (commit > process.Node.Driver.Log.FirstIndex && process.Node.Driver.Log.TryGetTerm(commit, out ulong term)
            && (known || term == process.Node.Progress.Term))
        {
            // A new leader starts with what others had committed, perhaps among other members: that was checked there.
            // The membership may have changed before the commit or, within one turn, after it.
            bool holds = IsOnQuorum(members, commit, term) || (known && before.Members.Any(each => IsOnQuorum(each, commit, term)));
            Require(holds, $"leader {process.Machine.Id} commits index {commit} of term {term}, which is not on the disks of a quorum of {string.Join(',', members.Voters)}|{string.Join(',', members.VotersOutgoing)}: {Where(commit, term)}");
        }
    }

    private string Where(ulong index, ulong term) => string.Join(
        ' ', Cluster.Machines.Where(machine => Holds(machine.Id, index, term)).Select(machine => machine.Id));

    // Counted independently of the product's own arithmetic, which is what is tested.
    private bool IsOnQuorum(ConfState members, ulong index, ulong term) =>
        IsOnMajority(members.Voters, index, term) && (members.VotersOutgoing.Length == 0 || IsOnMajority(members.VotersOutgoing, index, term));

    private bool IsOnMajority(ulong[] voters, ulong index, ulong term) => 2 * voters.Count(voter => Holds(voter, index, term)) > voters.Length;

    private bool Holds(ulong node, ulong index, ulong term)
    {
        SimMachine machine = Cluster.Machine(node);
        DurableState? disk = machine.Process?.Durable ?? machine.Promised;
        return disk is not null && disk.Holds(index, term);
    }
}
