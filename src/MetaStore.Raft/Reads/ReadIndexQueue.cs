using MetaStore.Raft.Messages;
using MetaStore.Raft.Replication;
using MetaStore.Raft.Tracking;

namespace MetaStore.Raft.Reads;

/// <summary>Confirms on the leader that its commit index is still the newest (thesis §6.4).</summary>
/// <remarks>
/// All reads that wait when a round starts share it. Each round, also one that repeats a lost one, has an id that was never used
/// before. Ids rise, so the answer to a later round confirms the earlier ones too: it says that at a time after they began its
/// sender knew no later term. Nothing is answered before the leader committed in its own term (spec R3, R4).
/// </remarks>
internal sealed class ReadIndexQueue(RaftState state, Replicator replicator)
{
    private readonly Queue<Round> _rounds = [];
    private List<PendingRead> _waiting = [];
    private int _inRounds;
    private ulong _lastRound;

    /// <summary>Bits of the term that are part of a round id; the remaining bits never overflow.</summary>
    private const ulong TermBits = (1UL << 38) - 1;

    /// <summary>Starts a new leadership. Its round ids differ from those of earlier terms, also of those before a restart.</summary>
    /// <remarks>Answers carry their term as well: an answer of another term is never counted.</remarks>
    public void Begin() => _lastRound = Math.Max(_lastRound, (state.Term & TermBits) << 24);

    /// <summary>Queues a read on the leader; refused when too many wait, and during a leadership transfer.</summary>
    public void Add(PendingRead read)
    {
        if (state.Transferee != 0 || _waiting.Count + _inRounds >= state.Config.MaxReadsWaiting)
        {
            Refuse(read);
        }
        else
        {
            _waiting.Add(read);
        }
    }

    /// <summary>Starts a round when reads wait and none is running.</summary>
    public void Flush()
    {
        if (_waiting.Count > 0 && _rounds.Count == 0 && state.CommittedInTerm)
        {
            StartRound();
            if (_rounds.Count > 0)
            {
                replicator.Heartbeat(_lastRound);
            }
        }
    }

    /// <summary>The round id for the heartbeat that is due; 0 when no read waits.</summary>
    public ulong RoundForHeartbeat()
    {
        if (!state.CommittedInTerm || (_waiting.Count == 0 && _rounds.Count == 0))
        {
            return 0;
        }

        StartRound();
        return _rounds.Count > 0 ? _lastRound : 0;
    }

    /// <summary>A member answered a heartbeat with a round.</summary>
    /// <returns>False when that round was never sent.</returns>
    public bool OnAnswer(Progress member, ulong round)
    {
        if (round > _lastRound)
        {
            return false;
        }

        if (round > member.ReadRound)
        {
            member.ReadRound = round;
            Confirm();
        }

        return true;
    }

    /// <summary>Completes the reads of every round that a quorum has answered.</summary>
    public void Confirm()
    {
        if (_rounds.Count == 0)
        {
            return;
        }

        ulong confirmed = state.Tracker.ConfirmedRound(state.Id, _lastRound);
        while (_rounds.TryPeek(out Round round) && round.Id <= confirmed)
        {
            _rounds.Dequeue();
            _inRounds -= round.Reads.Count;
            foreach (PendingRead read in round.Reads)
            {
                Answer(read, round.Index);
            }
        }
    }

    /// <summary>Leadership ends: drops all reads.</summary>
    public void DropAll()
    {
        foreach (Round round in _rounds)
        {
            round.Reads.ForEach(Refuse);
        }

        _waiting.ForEach(Refuse);
        _rounds.Clear();
        _waiting.Clear();
        _inRounds = 0;
    }

    /// <summary>Reports to the requesting node that its read cannot be confirmed here.</summary>
    public void Refuse(PendingRead read)
    {
        if (read.From == state.Id)
        {
            state.Outbox.DropRead(read.RequestId);
        }
        else
        {
            Respond(read, index: 0, refused: true);
        }
    }

    private void StartRound()
    {
        _lastRound++;
        if (_waiting.Count > 0)
        {
            _rounds.Enqueue(new Round(_lastRound, state.Log.Committed, _waiting));
            _inRounds += _waiting.Count;
            _waiting = [];
        }

        if (state.Tracker.Voters.IsSingleton)
        {
            Confirm();
        }
    }

    private void Answer(PendingRead read, ulong index)
    {
        if (read.From == state.Id)
        {
            state.Outbox.Add(new ReadState(read.RequestId, index));
        }
        else
        {
            Respond(read, index, refused: false);
        }
    }

    private void Respond(PendingRead read, ulong index, bool refused) => state.Outbox.Send(new Message
    {
        Type = MessageType.ReadIndexResponse,
        To = read.From,
        From = state.Id,
        Term = state.Term,
        Index = index,
        Reject = refused,
        Context = read.RequestId,
    });

    private readonly record struct Round(ulong Id, ulong Index, List<PendingRead> Reads);
}
