using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Membership;

/// <summary>Computes the membership from a part of a log, for tools that have the log and no running core.</summary>
public static class MembershipReplay
{
    /// <summary>Applies committed membership changes in the order of the log, as the core would.</summary>
    public static ConfState After(ConfState start, IEnumerable<ConfChange> changes)
    {
        ConfState state = start;
        foreach (ConfChange change in changes)
        {
            // An invalid change changes nothing, on every node alike.
            ConfChanger.TryChange(state, change, out state);
        }

        return state;
    }
}
