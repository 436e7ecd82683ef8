using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.StateMachine;

namespace MetaStore.Server.Hosting.Storage;

/// <summary>Checks at startup that the engine's state and the log belong to the same history.</summary>
/// <remarks>
/// Only entries that are durable in this member's log are applied, so no crash leaves a state that is ahead of its log or has another term at its
/// last entry. If that is found, one of the two was copied from another time or another member, and entries that the cluster writes at those
/// indexes from now on would be skipped as already applied.
/// </remarks>
internal static class StateContinuity
{
    /// <exception cref="StorageException">They do not belong together (67).</exception>
    public static void Check(ReplicatedStateMachine machine, WalRecovery recovery, string path)
    {
        ulong applied = machine.AppliedIndex;
        if (applied == 0)
        {
            return;
        }

        string? fault = applied > recovery.LastIndex ? $"the state of the engine is of log index {applied}, and the log ends at index {recovery.LastIndex}"
            : TermAt(recovery, applied) is { } term && term != machine.AppliedTerm
                ? $"the state of the engine is of log index {applied} in term {machine.AppliedTerm}, and the log has term {term} there"
            : null;
        if (fault is not null)
        {
            throw new StorageException(
                ExitCodes.ForeignDirectory,
                $"data directory {path}: {fault}. One of the two is from another time or another member: restore both from the same time, "
                + "or empty the directory and let this node rejoin.");
        }
    }

    private static ulong? TermAt(WalRecovery recovery, ulong index)
    {
        if (recovery.Marker is { } marker && marker.Index == index)
        {
            return marker.Term;
        }

        return index >= recovery.FirstIndex && index - recovery.FirstIndex < (ulong)recovery.Entries.Count
            ? recovery.Entries[(int)(index - recovery.FirstIndex)].Term
            : null;
    }
}
