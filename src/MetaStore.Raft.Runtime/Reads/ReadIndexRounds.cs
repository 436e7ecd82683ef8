namespace MetaStore.Raft.Runtime.Reads;

/// <summary>Shares ReadIndex rounds among readers: while one runs, whoever comes waits for the next, and all of them share that.</summary>
/// <remarks>
/// <see cref="Join"/> is for any thread, everything else for the raft thread. A reader only gets an answer to a question that was asked
/// after it came. Every question has an id of its own, also when it is asked again: an answer to an older one proves nothing now.
/// </remarks>
internal sealed class ReadIndexRounds
{
    private readonly RaftNodeOptions _options;
    private readonly TimeProvider _time;
    private readonly NodeMailbox _mailbox;
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private ReadRound? _joining;
    private bool _running;
    private int _waiting;
    private bool _stopped;

    // The raft thread's own.
    private readonly List<ReadRound> _asking = [];
    private ulong _requestId;
    private long _askedAt;
    private bool _unanswered;
    private bool _dropped;
    private long _slow;

    /// <param name="options">Limits.</param>
    /// <param name="time">Clock.</param>
    /// <param name="mailbox">Wakes the raft thread.</param>
    /// <param name="idBase">A random start, so that ids of an earlier life of this process are never met again.</param>
    public ReadIndexRounds(RaftNodeOptions options, TimeProvider time, NodeMailbox mailbox, ulong idBase)
    {
        _options = options;
        _time = time;
        _mailbox = mailbox;
        _requestId = idBase;
    }

    /// <summary>Rounds that had to be asked again because no answer came in time.</summary>
    public long Slow => Volatile.Read(ref _slow);

    /// <summary>True when readers wait although no round runs: the raft thread must not sleep.</summary>
    public bool MustAdvance
    {
        get
        {
            lock (_gate)
            {
                return _joining is not null && !_unanswered;
            }
        }
    }

    /// <summary>Adds a reader.</summary>
    public Task<ReadIndexResult> Join()
    {
        bool wake;
        ReadRound round;
        lock (_gate)
        {
            if (_stopped)
            {
                return Failure(ReadIndexOutcome.Stopped);
            }

            if (_waiting >= _options.ReadersMax)
            {
                return Failure(ReadIndexOutcome.Overloaded);
            }

            // With a round running, or others waiting already, the raft thread will find this reader by itself.
            wake = !_running && _joining is null;
            round = _joining ??= new ReadRound(_time.GetTimestamp());
            round.Readers++;
            _waiting++;
        }

        if (wake)
        {
            _mailbox.WantReads();
        }

        return round.Answer;
    }

    /// <summary>Starts the next round when none runs and somebody waits.</summary>
    /// <param name="ask">Asks the core.</param>
    public void Advance(RaftCore ask)
    {
        if (_unanswered || !TakeJoining())
        {
            return;
        }

        _unanswered = true;
        _askedAt = _time.GetTimestamp();
        ask.ReadIndex(++_requestId);
    }

    /// <summary>Takes the core's answers.</summary>
    public void Complete(IReadOnlyList<ReadState> confirmed, IReadOnlyList<ulong> dropped)
    {
        for (int i = 0; i < confirmed.Count; i++)
        {
            if (_unanswered && confirmed[i].RequestId == _requestId)
            {
                Finish(new ReadIndexResult(ReadIndexOutcome.Confirmed, confirmed[i].Index));
            }
        }

        for (int i = 0; i < dropped.Count; i++)
        {
            if (_unanswered && dropped[i] == _requestId)
            {
                // Asked again at the next tick or when a leader turns up, whichever is first; see OnTick and OnLeader.
                _dropped = true;
            }
        }
    }

    /// <summary>A leader became known: a question that was dropped is asked again at once.</summary>
    public void OnLeader(RaftCore core)
    {
        if (_dropped)
        {
            AskAgain(core);
        }
    }

    /// <summary>Gives up what waits too long and repeats what was dropped or lost.</summary>
    public void OnTick(RaftCore core, bool hasLeader)
    {
        if (!_unanswered)
        {
            return;
        }

        GiveUpOld(hasLeader);
        if (_asking.Count == 0)
        {
            _unanswered = false;
            _dropped = false;
            Advance(core);
        }
        else if (_dropped || _time.GetElapsedTime(_askedAt) > _options.ReadIndexRetryInterval)
        {
            _slow += _dropped ? 0 : 1;
            AskAgain(core);
        }
    }

    /// <summary>Answers everybody and takes nobody any more.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
        }

        TakeJoining();
        Finish(new ReadIndexResult(ReadIndexOutcome.Stopped, 0));
    }

    private void AskAgain(RaftCore core)
    {
        _dropped = false;
        TakeJoining();
        _askedAt = _time.GetTimestamp();
        core.ReadIndex(++_requestId);
    }

    /// <summary>Moves those who joined to those who ask.</summary>
    /// <returns>True when anybody asks now.</returns>
    private bool TakeJoining()
    {
        lock (_gate)
        {
            if (_joining is { } joined)
            {
                _asking.Add(joined);
                _joining = null;
            }

            _running = _asking.Count > 0;
            return _running;
        }
    }

    private void GiveUpOld(bool hasLeader)
    {
        ReadIndexOutcome why = !hasLeader ? ReadIndexOutcome.NoLeader : _dropped ? ReadIndexOutcome.LeaderChanged : ReadIndexOutcome.Timeout;
        for (int i = _asking.Count - 1; i >= 0; i--)
        {
            if (_time.GetElapsedTime(_asking[i].StartedAt) > _options.ReadIndexTimeout)
            {
                ReadRound round = _asking[i];
                _asking.RemoveAt(i);
                Answer(round, new ReadIndexResult(why, 0));
            }
        }
    }

    private void Finish(ReadIndexResult result)
    {
        foreach (ReadRound round in _asking)
        {
            Answer(round, result);
        }

        _asking.Clear();
        _unanswered = false;
        _dropped = false;
        lock (_gate)
        {
            _running = _joining is not null;
        }
    }

    private void Answer(ReadRound round, ReadIndexResult result)
    {
        lock (_gate)
        {
            _waiting -= round.Readers;
        }

        round.Complete(result);
    }

    private static Task<ReadIndexResult> Failure(ReadIndexOutcome outcome) => Task.FromResult(new ReadIndexResult(outcome, 0));
}
