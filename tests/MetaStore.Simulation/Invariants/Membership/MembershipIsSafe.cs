using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Membership;

/// <summary>All nodes derive the same membership from the log, and every quorum of one membership overlaps every quorum of the next.</summary>
internal sealed class MembershipIsSafe(SimCluster cluster) : Invariant(cluster)
{
    private readonly SortedDictionary<ulong, ConfState> _states = [];

    public override void Commits(SimProcess process, CommittedBatch batch)
    {
        foreach (AppliedConfChange change in batch.ConfChanges)
        {
            if (_states.TryGetValue(change.Index, out ConfState? known))
            {
                Require(Same(known, change.ConfState), $"node {process.Machine.Id} draws other members from index {change.Index} than others");
                continue;
            }

            _states[change.Index] = change.ConfState;
            ConfState? before = _states.LastOrDefault(item => item.Key < change.Index).Value;
            if (before is not null && change.Index > (ulong)Cluster.Founders.Count)
            {
                Require(Overlap(before, change.ConfState), $"index {change.Index} goes to members with a quorum that misses one of before");
                Cluster.Statistics.MembershipChanges++;
            }
        }
    }

    private static bool Same(ConfState a, ConfState b) =>
        a.Voters.AsSpan().SequenceEqual(b.Voters) && a.Learners.AsSpan().SequenceEqual(b.Learners)
        && a.VotersOutgoing.AsSpan().SequenceEqual(b.VotersOutgoing) && a.LearnersNext.AsSpan().SequenceEqual(b.LearnersNext);

    // Some half of one must share a majority rule with some half of the other.
    private static bool Overlap(ConfState a, ConfState b) =>
        Halves(a).Any(one => Halves(b).Any(two => Meet(one, two)));

    private static IEnumerable<ulong[]> Halves(ConfState state) => state.IsJoint ? [state.Voters, state.VotersOutgoing] : [state.Voters];

    private static bool Meet(ulong[] one, ulong[] two)
    {
        int shared = one.Intersect(two).Count();
        int all = one.Union(two).Count();

        // The smallest quorums that do not overlap need this many nodes.
        int needed = (one.Length / 2) + 1 + (two.Length / 2) + 1;
        return shared > 0 && needed > all;
    }
}
