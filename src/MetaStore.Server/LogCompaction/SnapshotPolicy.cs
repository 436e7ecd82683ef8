namespace MetaStore.Server.LogCompaction;

/// <summary>When the log since the last snapshot is worth a new one.</summary>
/// <remarks>
/// A snapshot of the memory engine is the whole state. Written by the count of entries alone, a busy member with a large state would do
/// little else: at 20,000 puts a second and a state of 200 MB it cost 16 of 79 microseconds of processor time per put (perf/results). So
/// the log has to be as long as the state was when the last one was written, which bounds what snapshots write to about twice the log, the
/// log in memory to the size of the state, and a restart to about twice the time of reading the state. Compared with the state of now, a
/// load that only adds keys would never be due: each put makes the state longer than the log. A small state is cheap to write and follows
/// the count.
/// Members apply the same log, so by this rule alone all would write a large state at the same moment, and the cluster would be slow
/// everywhere at once. Each waits for its own share of more log instead (<see cref="Turn"/>).
/// </remarks>
internal static class SnapshotPolicy
{
    private const long SmallStateBytes = 16L << 20;
    private const long LogBytesMin = 64L << 20;
    private const double TurnsSpan = 0.5;

    /// <summary>True when a snapshot should be written.</summary>
    /// <param name="entries">Entries applied since the last one.</param>
    /// <param name="entriesMax">The configured snapshot-count.</param>
    /// <param name="logBytes">Bytes of those entries.</param>
    /// <param name="lastStateBytes">Bytes of the state when the last one was written or loaded; 0 when there was none.</param>
    /// <param name="turn">What <see cref="Turn"/> says of this member.</param>
    public static bool IsDue(long entries, long entriesMax, long logBytes, long lastStateBytes, double turn = 0)
    {
        bool isWorthIt = lastStateBytes <= SmallStateBytes || logBytes >= (1 + turn) * lastStateBytes;
        return isWorthIt && (entries >= entriesMax || logBytes >= LogBytesMin);
    }

    /// <summary>How much longer a member lets its log grow, as a share of the state: 0 for the first voter by id, below one half for the last.</summary>
    /// <param name="voters">The members that vote, in any order; one that does not has the first turn.</param>
    /// <param name="member">The member that asks.</param>
    public static double Turn(IReadOnlyCollection<ulong> voters, ulong member) =>
        voters.Contains(member) ? TurnsSpan * voters.Count(voter => voter < member) / voters.Count : 0;
}
