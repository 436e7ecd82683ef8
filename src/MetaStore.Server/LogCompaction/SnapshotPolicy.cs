namespace MetaStore.Server.LogCompaction;

/// <summary>When the memory engine writes a snapshot.</summary>
/// <remarks>
/// A snapshot of the memory engine is the whole state. If only entries were counted, a busy member with a large state would do little else: at
/// 20,000 puts a second and a state of 200 MB snapshots took 16 of 79 microseconds of processor time per put (perf/results). So the log must be as
/// large as the state was when the last snapshot was written, which bounds what snapshots write to about twice the log, the log in memory to the
/// size of the state, and a restart to about twice the time of reading the state. The current size would not do: with a load that only adds keys,
/// each put grows the state more than the log. A small state is cheap to write and only the entries are counted.
/// With page files a snapshot writes what is new only (ADR 0055). The rule stays: a follower that lags beyond the log needs the whole state, and
/// must be able to get it before the log is cut again.
/// Members apply the same log, so by this rule alone all would write a large state at the same time, and the whole cluster would slow down. So
/// each member waits for a different additional amount of log (<see cref="Turn"/>).
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
    /// <param name="turn">The result of <see cref="Turn"/> for this member.</param>
    public static bool IsDue(long entries, long entriesMax, long logBytes, long lastStateBytes, double turn = 0)
    {
        bool isWorthIt = lastStateBytes <= SmallStateBytes || logBytes >= (1 + turn) * lastStateBytes;
        return isWorthIt && (entries >= entriesMax || logBytes >= LogBytesMin);
    }

    /// <summary>How much more log a member waits for, as a fraction of the state: 0 for the first voter by ID, below one half for the last.</summary>
    /// <param name="voters">The voters, in any order; a learner waits for nothing.</param>
    /// <param name="member">This member.</param>
    public static double Turn(IReadOnlyCollection<ulong> voters, ulong member) =>
        voters.Contains(member) ? TurnsSpan * voters.Count(voter => voter < member) / voters.Count : 0;
}
