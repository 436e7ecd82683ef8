using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Inbox;

namespace MetaStore.Raft.Runtime.Reads;

/// <summary>Shares ReadIndex rounds among readers: readers that arrive while one runs share the next.</summary>
/// <remarks>
/// <see cref="Join"/> is for any thread, everything else for the raft thread. A reader only gets the answer to a request that was sent
/// after it arrived. Every request has its own id, also a repeated one: an answer to an older one must not count.
/// </remarks>
internal sealed class ReadIndexRounds
{
    /// <summary>Readers of a round from which on it pays to wait for more.</summary>
    private const int CrowdedReaders = 4;

    /// <summary>Ticks without a finished round after which the readers of the last one do not count any more.</summary>
    private const int CrowdTicks = 10;

    private readonly RaftNodeOptions _options;
    private readonly TimeProvider _time;
    private readonly NodeMailbox _mailbox;
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private ReadRound? _joining;
    private bool _running;
    private int _waiting;
    private int _readersLast;
    private bool _stopped;

    // Used by the raft thread only.
    private readonly List<ReadRound> _asking = [];
    private ulong _requestId;
    private long _askedAt;
    private bool _unanswered;
    private bool _dropped;
    private int _ticksSinceRound;
    private long _slow;

    /// <param name="options">Limits.</param>
    /// <param name="time">Clock.</param>
    /// <param name="mailbox">Wakes the raft thread.</param>
    /// <param name="idBase">A random start, so that ids from before a restart are not used again.</param>
    public ReadIndexRounds(RaftNodeOptions options, TimeProvider time, NodeMailbox mailbox, ulong idBase)
    {
        _options = options;
        _time = time;
        _mailbox = mailbox;
        _requestId = idBase;
    }

    /// <summary>Rounds that were repeated because no answer came in time.</summary>
    public long Slow => Volatile.Read(ref _slow);

    /// <summary>
    /// True when many readers shared the last round. The raft thread should start the next one then: more readers join while it wakes, and a round costs a
    /// message to every member. False again some ticks after the last round: what is lent to proposals must not depend on reads of long ago.
    /// </summary>
    public bool IsCrowded => Volatile.Read(ref _readersLast) >= CrowdedReaders;

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

            // With a round running, or others waiting already, the raft thread will find this reader anyway.
            wake = !_running && _joining is null;
            round = _joining ??= new ReadRound(_time.GetTimestamp());
            round.Readers++;
            _waiting++;
        }

        if (wake)
        {
            _mailbox.Wake();
        }

        return round.Answer;
    }

    /// <summary>Starts the next round when none runs and readers wait.</summary>
    /// <param name="ask">Sends the request to the core.</param>
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

    /// <summary>Handles the core's answers.</summary>
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
                // Repeated at the next tick or when a leader is known, whichever is first; see OnTick and OnLeader.
                _dropped = true;
            }
        }
    }

    /// <summary>A leader became known: a dropped request is repeated at once.</summary>
    public void OnLeader(RaftCore core)
    {
        if (_dropped)
        {
            AskAgain(core);
        }
    }

    /// <summary>Fails readers that have waited too long and repeats dropped or lost requests.</summary>
    public void OnTick(RaftCore core, bool hasLeader)
    {
        if (++_ticksSinceRound >= CrowdTicks)
        {
            Volatile.Write(ref _readersLast, 0);
        }

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

    /// <summary>Fails all readers, also later ones.</summary>
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

    /// <summary>Moves the readers that joined to the running round.</summary>
    /// <returns>True when the running round has readers.</returns>
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
        int readers = 0;
        foreach (ReadRound round in _asking)
        {
            readers += round.Readers;
            Answer(round, result);
        }

        Volatile.Write(ref _readersLast, readers);
        _ticksSinceRound = 0;

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
