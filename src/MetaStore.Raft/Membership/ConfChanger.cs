using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Membership;

/// <summary>Computes the next configuration from a configuration and a change.</summary>
/// <remarks>
/// Pure: the same inputs give the same result on every node. A change of one voter keeps every old and new majority overlapping
/// (thesis §4.1), so it takes effect at once. Anything larger goes through a joint configuration (§4.3), which an empty change leaves.
/// <para>
/// Example: voters {1,2,3} become {1,4,5}.
/// <list type="number">
/// <item>Change "add 4, add 5, remove 2, remove 3": incoming {1,4,5}, outgoing {1,2,3}. Elections and commits now need 2 of {1,4,5} and
/// 2 of {1,2,3}: {1,2,4} is a quorum, {1,4,5} alone is not, and neither is {1,2,3}.</item>
/// <item>Empty change, proposed by the leader when the first one is applied (auto leave): incoming {1,4,5}, outgoing empty. 2 and 3 are
/// no members any more, and any 2 of {1,4,5} decide.</item>
/// </list>
/// Every quorum of step 1 intersects every quorum before and after it, so at no moment two disjoint majorities exist. When 2 is to
/// become a learner instead of leaving, it stays an outgoing voter during step 1, listed in <see cref="ConfState.LearnersNext"/>,
/// and becomes a learner in step 2.
/// </para>
/// </remarks>
internal static class ConfChanger
{
    /// <summary>True when the change enters or leaves a joint configuration.</summary>
    public static bool EntersJoint(ConfChange change) => change.Joint || change.Steps.Length > 1;

    /// <summary>Applies a change.</summary>
    /// <returns>False when the change is not valid for <paramref name="current"/>; then nothing may change.</returns>
    public static bool TryChange(ConfState current, ConfChange change, out ConfState next)
    {
        next = current;
        if (change.Steps.Any(step => step.NodeId == 0))
        {
            return false;
        }

        if (change.Steps.Length == 0)
        {
            return current.IsJoint && TryLeaveJoint(current, out next);
        }

        if (current.IsJoint)
        {
            // In a joint configuration only member attributes may change.
            return change.Steps.All(step => step.Type == ConfChangeType.Update) && !change.Joint;
        }

        var draft = new Draft(current);
        if (EntersJoint(change))
        {
            if (current.Voters.Length == 0)
            {
                return false;
            }

            draft.Outgoing.UnionWith(draft.Voters);
            draft.AutoLeave = true;
        }

        foreach (ConfChangeStep step in change.Steps)
        {
            draft.Apply(step);
        }

        if (draft.Voters.Count == 0 || (draft.Outgoing.Count == 0 && VotersChanged(current, draft) > 1))
        {
            return false;
        }

        next = draft.Freeze();
        ConfStateRules.Assert(next);
        return true;
    }

    private static bool TryLeaveJoint(ConfState current, out ConfState next)
    {
        ulong[] learners = [.. current.Learners.Union(current.LearnersNext).Order()];
        next = new ConfState(current.Voters, learners, [], [], false);
        ConfStateRules.Assert(next);
        return true;
    }

    private static int VotersChanged(ConfState current, Draft draft)
    {
        var difference = new HashSet<ulong>(current.Voters);
        difference.SymmetricExceptWith(draft.Voters);
        return difference.Count;
    }

    private sealed class Draft(ConfState state)
    {
        public SortedSet<ulong> Voters { get; } = [.. state.Voters];

        public SortedSet<ulong> Outgoing { get; } = [.. state.VotersOutgoing];

        public bool AutoLeave { get; set; } = state.AutoLeave;

        private SortedSet<ulong> Learners { get; } = [.. state.Learners];

        private SortedSet<ulong> LearnersNext { get; } = [.. state.LearnersNext];

        public void Apply(ConfChangeStep step)
        {
            ulong id = step.NodeId;
            switch (step.Type)
            {
                case ConfChangeType.AddVoter:
                    Learners.Remove(id);
                    LearnersNext.Remove(id);
                    Voters.Add(id);
                    break;
                case ConfChangeType.AddLearner:
                    Voters.Remove(id);

                    // It still votes in the outgoing half, and no node may be voter and learner at once.
                    (Outgoing.Contains(id) ? LearnersNext : Learners).Add(id);
                    break;
                case ConfChangeType.Remove:
                    Voters.Remove(id);
                    Learners.Remove(id);
                    LearnersNext.Remove(id);
                    break;
                default:
                    break;
            }
        }

        public ConfState Freeze() =>
            new([.. Voters], [.. Learners], [.. Outgoing], [.. LearnersNext], AutoLeave);
    }
}
