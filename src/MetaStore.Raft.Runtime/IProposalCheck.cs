using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime;

/// <summary>Says whether a proposal that another member passed on can be applied, before it gets a place in the log.</summary>
/// <remarks>
/// What stands in the log is applied by all members or ends them all, so nothing may get there that the host's own reader would refuse. This
/// member's own proposals are not looked at: its batcher wrote them.
/// </remarks>
public interface IProposalCheck
{
    /// <summary>Checks one proposed entry. Any thread; must not change anything.</summary>
    /// <param name="from">The member that proposes.</param>
    /// <param name="entry">Its type and data; term and index mean nothing yet.</param>
    /// <returns>Null when it can be applied, else what is wrong with it.</returns>
    string? Fault(ulong from, in Entry entry);
}
