using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Elections;

/// <summary>A term begins only with a voter that became a candidate in it: a pre-vote raises no node's term (thesis §9.6).</summary>
internal sealed class TermsAreBegun(SimCluster cluster) : Invariant(cluster)
{
    private readonly PerLife<(Role Role, ulong Term)> _roles = new();
    private readonly HashSet<SimProcess> _changing = [];
    private ulong _begun;

    public override void Recovers(SimMachine machine, WalRecovery recovery) => _begun = Math.Max(_begun, recovery.HardState.Term);

    public override void Commits(SimProcess process, CommittedBatch batch)
    {
        if (batch.ConfChanges.Count > 0)
        {
            _changing.Add(process);
        }
    }

    public override void Turned(SimProcess process)
    {
        (Role role, ulong term) = (process.Node.Leadership.Role, process.Node.Progress.Term);
        bool isChanging = _changing.Remove(process);
        if (_roles.TryGet(process, out (Role, ulong) before) && before == (role, term))
        {
            return;
        }

        _roles.Set(process, (role, term));

        // Only a candidate votes for itself. The role alone does not show a campaign: within one iteration a node that was paused may campaign, lose, and
        // follow or start pre-votes again, all in the term that it began.
        if (process.Core.Status.Vote == process.Machine.Id)
        {
            _begun = Math.Max(_begun, term);
        }

        Require(term <= _begun, $"node {process.Machine.Id} is in term {term}, but the last campaign was in {_begun}");
        if (role is Role.Candidate or Role.PreCandidate && !isChanging)
        {
            // Within one iteration a node may campaign and then be removed.
            ConfState members = process.Core.Status.ConfState;
            Require(
                members.Voters.Contains(process.Machine.Id) || members.VotersOutgoing.Contains(process.Machine.Id),
                $"node {process.Machine.Id} campaigns in term {term} and is not a voter");
        }
    }
}
