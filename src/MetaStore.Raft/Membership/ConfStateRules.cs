using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Membership;

/// <summary>The rules that every configuration in force must satisfy.</summary>
internal static class ConfStateRules
{
    /// <summary>The first broken rule, or null.</summary>
    public static string? Violation(ConfState state)
    {
        if (!IsSet(state.Voters) || !IsSet(state.Learners) || !IsSet(state.VotersOutgoing) || !IsSet(state.LearnersNext))
        {
            return "members are sorted, without duplicates, and not 0";
        }

        if (state.Voters.Length == 0)
        {
            return "there is at least one voter";
        }

        if (state.Learners.Any(id => state.Voters.Contains(id) || state.VotersOutgoing.Contains(id)))
        {
            return "a learner is no voter";
        }

        if (state.LearnersNext.Any(id => !state.VotersOutgoing.Contains(id) || state.Voters.Contains(id)))
        {
            return "who becomes a learner next votes in the outgoing half only";
        }

        return !state.IsJoint && (state.AutoLeave || state.LearnersNext.Length > 0)
            ? "only a joint configuration can be left"
            : null;
    }

    /// <summary>Asserts that nothing is broken.</summary>
    public static void Assert(ConfState state)
    {
        string? violation = Violation(state);
        RaftAssert.That(violation is null, violation ?? string.Empty);
    }

    private static bool IsSet(ulong[] ids)
    {
        if (ids is null)
        {
            return false;
        }

        ulong previous = 0;
        foreach (ulong id in ids)
        {
            if (id <= previous)
            {
                return false;
            }

            previous = id;
        }

        return true;
    }
}
