using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Quorum;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants;

/// <summary>When a leader commits an entry, it is on the disks of a quorum of the members then in force; learners do not count.</summary>
internal sealed class CommittedIsDurable(SimCluster cluster) : Invariant(cluster)
{
    private readonly Dictionary<SimProcess, (ulong Commit, ConfState Members)> _seen = [];

    public override void Turned(SimProcess process)
    {
        ulong commit = process.Node.Progress.Committed;
        if (process.Node.Progress.Role != Role.Leader)
        {
            _seen.Remove(process);
            return;
        }

        bool known = _seen.TryGetValue(process, out (ulong Commit, ConfState Members) before);
        if (known && before.Commit == commit)
        {
            return;
        }

        ConfState members = process.Core.Status.ConfState;
        _seen[process] = (commit, members);
        Cluster.Statistics.Commits++;
        if (commit > process.Node.Driver.Log.FirstIndex && process.Node.Driver.Log.TryGetTerm(commit, out ulong term)
            && (known || term == process.Node.Progress.Term))
        {
            // A new leader begins with what others had committed, perhaps among other members: that was looked at there.
            // Within one turn the membership may change after the commit.
            bool holds = IsOnQuorum(members, commit, term) || (known && IsOnQuorum(before.Members, commit, term));
            Require(holds, $"leader {process.Machine.Id} commits index {commit} of term {term}, which is not on the disks of a quorum of {string.Join(',', members.Voters)}|{string.Join(',', members.VotersOutgoing)}: {Where(commit, term)}");
        }
    }

    private string Where(ulong index, ulong term) => string.Join(
        ' ', Cluster.Machines.Where(machine => new Durable(Cluster, index, term).Of(machine.Id) > 0).Select(machine => machine.Id));

    private bool IsOnQuorum(ConfState members, ulong index, ulong term) =>
        new JointConfig(members).CommittedIndex(new Durable(Cluster, index, term)) > 0;

    private readonly struct Durable(SimCluster cluster, ulong index, ulong term) : IAcknowledged
    {
        public ulong Of(ulong voter)
        {
            SimMachine machine = cluster.Machine(voter);
            DurableState? disk = machine.Process?.Durable ?? machine.Promised;
            return disk is not null && disk.Holds(index, term) ? 1UL : 0;
        }
    }
}
