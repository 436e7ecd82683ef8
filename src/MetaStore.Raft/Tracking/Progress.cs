using MetaStore.Raft.Diagnostics;

namespace MetaStore.Raft.Tracking;

/// <summary>What the leader knows of one member's log, and how it feeds it.</summary>
/// <remarks>Match is below Next, always: an answer that would turn it round is out of date and ignored.</remarks>
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

    /// <summary>Index of the snapshot on its way, or 0.</summary>
    public ulong PendingSnapshot { get; private set; }

    /// <summary>True when the member answered since the last quorum check.</summary>
    public bool RecentActive { get; set; }

    /// <summary>True when the member is not counted.</summary>
    public bool IsLearner { get; set; }

    /// <summary>Newest read round the member has answered, or 0.</summary>
    public ulong ReadRound { get; set; }

    /// <summary>Appends sent and not answered; filled in <see cref="ProgressState.Replicate"/> only.</summary>
    public Inflights Inflights { get; } = inflights;

    /// <summary>Commit index last told; a hint that saves empty appends.</summary>
    public ulong SentCommit { get; private set; }

    /// <summary>True when no append may be sent before something is heard of the member.</summary>
    public bool IsPaused => State == ProgressState.Snapshot || FlowPaused;

    private bool FlowPaused { get; set; }

    /// <summary>True when telling <paramref name="commit"/> would move the member's commit index.</summary>
    public bool CanBumpCommit(ulong commit) =>
        State == ProgressState.Replicate && commit > SentCommit && SentCommit < Next - 1;

    /// <summary>Back to looking for where the logs agree.</summary>
    public void BecomeProbe()
    {
        // After a snapshot the follower holds at least what the snapshot stands for.
        ulong next = State == ProgressState.Snapshot ? Math.Max(Match, PendingSnapshot) + 1 : Match + 1;
        Enter(ProgressState.Probe);
        Next = next;
        SentCommit = Math.Min(SentCommit, Next - 1);
    }

    /// <summary>The logs agree up to <see cref="Match"/>: stream from there.</summary>
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

    /// <summary>The snapshot did not arrive: probing starts behind <see cref="Match"/> again, after the next sign of life.</summary>
    public void SnapshotLost() => PendingSnapshot = 0;

    /// <summary>Holds appends back until the next answer.</summary>
    public void Pause() => FlowPaused = true;

    /// <summary>A sign of life: one more append may be tried.</summary>
    public void Resume() => FlowPaused = false;

    /// <summary>Takes note of an append that was just made.</summary>
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

            // When full, a heartbeat's answer lets one empty append through, whose refusal shows what was lost.
            FlowPaused = Inflights.IsFull;
        }
        else
        {
            FlowPaused = true;
        }
    }

    /// <summary>The member has everything up to <paramref name="index"/>.</summary>
    /// <returns>True when that is news.</returns>
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

        // While probing only one append is out; any other refusal belongs to an earlier one.
        if (Next - 1 != rejected)
        {
            return false;
        }

        Next = Math.Max(Math.Min(rejected, hint + 1), Match + 1);
        SentCommit = Math.Min(SentCommit, Next - 1);
        FlowPaused = false;
        return true;
    }

    /// <summary>Starts again for a new leader's term.</summary>
    public void Reset(ulong match, ulong next)
    {
        RaftAssert.That(match < next, "match is below next");
        Match = match;
        Next = next;
        SentCommit = 0;
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
