namespace MetaStore.Raft.Proposals;

/// <summary>The data that is proposed for one log entry, and the receiver of the core's answer.</summary>
/// <remarks>Created by what gathers proposals, passed through the mailbox of the node; the thread that owns the core reads it.</remarks>
public abstract class Proposal
{
    /// <summary>The entry's data, not empty. It is not written again: log, peers and disk keep slices of it.</summary>
    public abstract ReadOnlyMemory<byte> Data { get; }

    /// <summary>The core's answer: called once, by the thread that owns the core, unless the node refused the proposal before.</summary>
    /// <param name="term">The term in which it was proposed: the only one that it can have in the log.</param>
    /// <param name="outcome">
    /// <see cref="ProposeOutcome.Appended"/> and <see cref="ProposeOutcome.Forwarded"/> guarantee nothing yet. Any other value means: never proposed.
    /// </param>
    /// <remarks>Must not block.</remarks>
    public abstract void OnProposed(ulong term, ProposeOutcome outcome);
}
