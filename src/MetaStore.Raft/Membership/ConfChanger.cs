using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Membership;

/// <summary>The algebra of membership: a configuration and a change make the next configuration, or nothing.</summary>
/// <remarks>
/// Pure; the same inputs give the same result on every node. A change of one voter keeps every old and new majority overlapping
/// (thesis §4.1); anything larger goes through a joint configuration (§4.3), which is left by an empty change.
/// </remarks>
internal static class ConfChanger
{
    /// <summary>True when the change goes through, or leaves, a joint configuration.</summary>
    public static bool EntersJoint(ConfChange change) => change.Joint || change.Steps.Length > 1;

    /// <summary>Applies a change.</summary>
    /// <returns>False when it makes no sense for <paramref name="current"/>; then nothing may change.</returns>
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
            // Only attributes may change while two majorities rule.
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

                    // It still votes in the outgoing half, and nobody is voter and learner at once.
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
