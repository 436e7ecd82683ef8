using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Inbox;

/// <summary>Checks whether a proposal forwarded by another member can be applied, before it is appended to the log.</summary>
/// <remarks>
/// An entry in the log is applied by all members or stops them all, so nothing may get there that the host's own decoder would reject. This
/// member's own proposals are not checked: its batcher encoded them.
/// </remarks>
public interface IProposalCheck
{
    /// <summary>Checks one proposed entry. Any thread; must not change anything.</summary>
    /// <param name="from">The member that proposes.</param>
    /// <param name="entry">Its type and data; term and index are not set yet.</param>
    /// <returns>Null when it can be applied, else the reason why not.</returns>
    string? Fault(ulong from, in Entry entry);
}
