using MetaStore.Raft;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Logs;

/// <summary>A leader commits only entries of its own term by counting replicas; older ones are committed with them (thesis §3.6.2, Fig. 3.7).</summary>
internal sealed class OwnTermCommits(SimCluster cluster) : Invariant(cluster)
{
    private ulong _highest;

    // A node that died in the iteration in which it counted a commit has it on its disk, although no iteration showed it.
    public override void Recovers(SimMachine machine, WalRecovery recovery) => _highest = Math.Max(_highest, recovery.HardState.Commit);

    public override void Turned(SimProcess process)
    {
        ulong commit = process.Node.Progress.Committed;
        if (commit <= _highest)
        {
            return;
        }

        // Beyond what any node knew: it was counted just now.
        if (process.Node.Leadership.Role == Role.Leader && process.Node.Driver.Log.TryGetTerm(commit, out ulong term))
        {
            ulong own = process.Node.Progress.Term;
            Require(term == own, $"leader {process.Machine.Id} of term {own} counts index {commit} of term {term} as committed");
        }

        _highest = commit;
    }
}
