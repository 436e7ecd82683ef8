using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Logs;

/// <summary>After any crash a node recovers every vote, term and entry that was durable.</summary>
internal sealed class PromisesAreKept(SimCluster cluster) : Invariant(cluster)
{
    public override void Recovers(SimMachine machine, WalRecovery recovery)
    {
        if (machine.Promised is not { } promised)
        {
            return;
        }

        HardState state = recovery.HardState;
        Require(
            state.Term > promised.Term || (state.Term == promised.Term && (promised.Vote == 0 || state.Vote == promised.Vote)),
            $"node {machine.Id} comes back with vote {state.Vote} in term {state.Term}, it had promised {promised.Vote} in {promised.Term}");
        ulong marker = recovery.Marker?.Index ?? 0;
        Require(marker >= promised.Marker, $"node {machine.Id} comes back with a snapshot marker of {marker}, it had {promised.Marker}");

        // A suffix that a write in progress replaced may be in the old or in the new form.
        ulong end = Math.Min(promised.LastIndex, machine.ReplacedFrom - 1);
        for (ulong index = Math.Max(promised.FirstIndex, marker + 1); index <= end && machine.ReplacedFrom > 0; index++)
        {
            int at = recovery.Entries.Count == 0 ? -1 : (int)((long)index - (long)recovery.Entries[0].Index);
            bool found = at >= 0 && at < recovery.Entries.Count && recovery.Entries[at].Term == promised.TermAt(index);
            Require(found, $"node {machine.Id} comes back without index {index} of term {promised.TermAt(index)}, which it had called durable (log to {recovery.LastIndex})");
        }
    }
}
