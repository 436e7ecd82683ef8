using MetaStore.Raft.Diagnostics;

namespace MetaStore.Raft.Tracking;

/// <summary>The leader's view of one member's log, and its flow control state.</summary>
/// <remarks>Match is always below Next: a response that would violate this is out of date and ignored.</remarks>
internal sealed class Progress(ulong nodeId, ulong next, Inflights inflights)
{
    /// <summary>The member.</summary>
    public ulong NodeId { get; } = nodeId;

    /// <summary>Highest index known to be durable there; never falls within one leader's term.</summary>
    public ulong Match { get; private set; }

    /// <summary>Index of the next entry to send; always above <see cref="Match"/>.</summary>
    public ulong Next { get; private set; } = next;

    /// <summary>How entries are sent.</summary>
    public ProgressState State { get; private set; }

    /// <summary>Index of the snapshot being sent, or 0.</summary>
    public ulong PendingSnapshot { get; private set; }

    /// <summary>True when the member responded since the last quorum check.</summary>
    public bool RecentActive { get; set; }

    /// <summary>True when the member does not count towards a quorum.</summary>
    public bool IsLearner { get; set; }

    /// <summary>Newest read round the member has answered, or 0.</summary>
    public ulong ReadRound { get; set; }

    /// <summary>Appends sent and not answered; filled in <see cref="ProgressState.Replicate"/> only.</summary>
    public Inflights Inflights { get; } = inflights;

    /// <summary>Commit index last sent; a hint that saves empty appends.</summary>
    public ulong SentCommit { get; private set; }

    /// <summary>Last index that holds a proposal which the member forwarded: its proposer waits for the commit index to reach it. 0 for none.</summary>
    public ulong Forwarded { get; set; }

    /// <summary>True when no append may be sent before the member responds.</summary>
    public bool IsPaused => State == ProgressState.Snapshot || FlowPaused;

    private bool FlowPaused { get; set; }

    /// <summary>True when sending <paramref name="commit"/> would advance the member's commit index.</summary>
    public bool CanBumpCommit(ulong commit) =>
        State == ProgressState.Replicate && commit > SentCommit && SentCommit < Next - 1;

    /// <summary>Back to probing for the index up to which the logs agree.</summary>
    public void BecomeProbe()
    {
        // After a snapshot the follower holds at least what the snapshot covers.
        ulong next = State == ProgressState.Snapshot ? Math.Max(Match, PendingSnapshot) + 1 : Match + 1;
        Enter(ProgressState.Probe);
        Next = next;
        SentCommit = Math.Min(SentCommit, Next - 1);
    }

    /// <summary>The logs agree up to <see cref="Match"/>: replicate from there without waiting for responses.</summary>
    public void BecomeReplicate()
    {
        Enter(ProgressState.Replicate);
        Next = Match + 1;
    }

    /// <summary>Nothing but the snapshot is sent until it is answered or reported.</summary>
    public void BecomeSnapshot(ulong index)
    {
        Enter(ProgressState.Snapshot);
        PendingSnapshot = index;
        Next = Math.Max(index, Match) + 1;
        SentCommit = index;
    }

    /// <summary>The snapshot did not arrive: probes after <see cref="Match"/> again, at the next response.</summary>
    public void SnapshotLost() => PendingSnapshot = 0;

    /// <summary>Pauses appends until the next response.</summary>
    public void Pause() => FlowPaused = true;

    /// <summary>A heartbeat response: one more append may be tried.</summary>
    public void Resume() => FlowPaused = false;

    /// <summary>Records an append that was just made.</summary>
    /// <param name="count">Entries in it.</param>
    /// <param name="bytes">Their size.</param>
    /// <param name="commit">Commit index it carries.</param>
    public void Sent(int count, long bytes, ulong commit)
    {
        SentCommit = commit;
        if (State == ProgressState.Replicate)
        {
            if (count > 0)
            {
                Next += (ulong)count;
                Inflights.Add(Next - 1, bytes);
            }

            // When full, a heartbeat response allows one empty append, whose refusal shows what was lost.
            FlowPaused = Inflights.IsFull;
        }
        else
        {
            FlowPaused = true;
        }
    }

    /// <summary>The member has everything up to <paramref name="index"/>.</summary>
    /// <returns>True when the match index advanced.</returns>
    public bool MaybeUpdate(ulong index)
    {
        if (index <= Match)
        {
            return false;
        }

        Match = index;
        Next = Math.Max(Next, index + 1);
        FlowPaused = false;
        return true;
    }

    /// <summary>The member refused the append whose previous entry was <paramref name="rejected"/>.</summary>
    /// <param name="rejected">Previous index of the refused append.</param>
    /// <param name="hint">Best guess of the last index where both logs agree.</param>
    /// <returns>False when the refusal is out of date.</returns>
    public bool MaybeDecrease(ulong rejected, ulong hint)
    {
        if (State == ProgressState.Replicate)
        {
            if (rejected <= Match)
            {
                return false;
            }

            Next = Match + 1;
            SentCommit = Math.Min(SentCommit, Next - 1);
            return true;
        }

        // While probing only one append is in flight; any other refusal belongs to an earlier one.
        if (Next - 1 != rejected)
        {
            return false;
        }

        Next = Math.Max(Math.Min(rejected, hint + 1), Match + 1);
        SentCommit = Math.Min(SentCommit, Next - 1);
        FlowPaused = false;
        return true;
    }

    /// <summary>Resets for a new leader's term.</summary>
    public void Reset(ulong match, ulong next)
    {
        RaftAssert.That(match < next, "match is below next");
        Match = match;
        Next = next;
        SentCommit = 0;
        Forwarded = 0;
        RecentActive = false;
        ReadRound = 0;
        Enter(ProgressState.Probe);
    }

    private void Enter(ProgressState state)
    {
        State = state;
        FlowPaused = false;
        PendingSnapshot = 0;
        Inflights.Clear();
    }
}

/// <summary>How a leader sends entries to one follower.</summary>
public enum ProgressState : byte
{
    /// <summary>The point up to which the logs agree is unknown: one append at a time.</summary>
    Probe = 0,

    /// <summary>The logs agree: appends are sent without waiting for responses.</summary>
    Replicate = 1,

    /// <summary>A snapshot is being sent: no appends.</summary>
    Snapshot = 2,
}
