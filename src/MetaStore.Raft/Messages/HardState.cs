namespace MetaStore.Raft.Messages;

/// <summary>State that must be on disk before any message that depends on it leaves the node.</summary>
/// <param name="Term">Latest term this node has seen.</param>
/// <param name="Vote">Node voted for in <paramref name="Term"/>, or 0.</param>
/// <param name="Commit">Highest index known to be committed. A hint after a restart: it may lag.</param>
/// <remarks>Source: Raft thesis, Fig. 3.1 "persistent state".</remarks>
public readonly record struct HardState(ulong Term, ulong Vote, ulong Commit)
{
    /// <summary>True when no term, vote or commit was recorded yet.</summary>
    public bool IsEmpty => Term == 0 && Vote == 0 && Commit == 0;
}
