using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Reads;

/// <summary>Reads that this node forwarded to the leader and that were not answered yet.</summary>
/// <remarks>
/// A lost answer must not block a read forever: after one election timeout, and whenever the leader changes, a read is reported as
/// dropped and may be retried under another id.
/// </remarks>
internal sealed class ForwardedReads(RaftState state)
{
    private readonly HashSet<ulong> _open = [];
    private readonly Queue<(ulong RequestId, long Tick)> _order = [];
    private long _tick;

    /// <summary>Forwards a read to the leader; dropped at once when there is none or too many are pending.</summary>
    public void Add(ulong requestId)
    {
        if (state.Leader == 0 || _open.Count >= state.Config.MaxReadsWaiting || !_open.Add(requestId))
        {
            state.Outbox.DropRead(requestId);
            return;
        }

        _order.Enqueue((requestId, _tick));
        state.Outbox.Send(new Message
        {
            Type = MessageType.ReadIndex,
            To = state.Leader,
            From = state.Id,
            Term = state.Term,
            Context = requestId,
        });
    }

    /// <summary>Handles the leader's answer. Answers to reads that were dropped already are ignored.</summary>
    public void Handle(Message message)
    {
        if (message.From != state.Leader || !_open.Remove(message.Context))
        {
            return;
        }

        if (message.Reject)
        {
            state.Outbox.DropRead(message.Context);
        }
        else
        {
            state.Outbox.Add(new ReadState(message.Context, message.Index));
        }
    }

    /// <summary>One tick: drops reads that have waited too long.</summary>
    public void Tick()
    {
        _tick++;
        while (_order.TryPeek(out var oldest)
            && (!_open.Contains(oldest.RequestId) || _tick - oldest.Tick >= state.Config.ElectionTicks))
        {
            _order.Dequeue();
            if (_open.Remove(oldest.RequestId))
            {
                state.Outbox.DropRead(oldest.RequestId);
            }
        }
    }

    /// <summary>The leader changed.</summary>
    public void DropAll()
    {
        while (_order.TryDequeue(out var oldest))
        {
            if (_open.Remove(oldest.RequestId))
            {
                state.Outbox.DropRead(oldest.RequestId);
            }
        }
    }
}
