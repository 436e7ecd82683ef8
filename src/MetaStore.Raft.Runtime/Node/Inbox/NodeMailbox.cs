using System.Runtime.InteropServices;
using MetaStore.IO.Turns;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Proposals;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Runtime.Node.Inbox;

/// <summary>Passes the inputs of all other threads to the raft thread: many writers, one reader, one wake-up per burst.</summary>
/// <remarks>
/// Proposals and peer messages are bounded by count and bytes. The rest is bounded by its nature: completions by what was handed to
/// the disk, commands by their callers.
/// </remarks>
internal sealed class NodeMailbox
{
    /// <summary>
    /// How many senders may use their full share before the queue is full: more than a member has peers that send at once.
    /// </summary>
    private const int Shares = 4;

    private readonly RaftNodeOptions _options;
    private readonly object _gate;
    private NodeInbox _filling = new();
    private NodeInbox? _spare;
    private bool _closed;
    private long _messagesDropped;

    public NodeMailbox(RaftNodeOptions options)
    {
        _options = options;
        Turns = new TurnOwnership(() => _closed || !_filling.IsEmpty);
        _gate = Turns.Gate;
    }

    /// <summary>Which thread processes the inputs.</summary>
    public TurnOwnership Turns { get; }

    /// <summary>Called whenever there is input, under the lock; null while a thread waits for it in <see cref="Take"/>.</summary>
    public Action? Woken { get; set; }

    /// <summary>Peer messages dropped because too many bytes waited.</summary>
    public long MessagesDropped => Volatile.Read(ref _messagesDropped);

    /// <returns>False when full or closed: the proposal was not queued.</returns>
    public bool TryPost(Proposal proposal)
    {
        lock (_gate)
        {
            if (_closed
                || _filling.Proposals.Count >= _options.ProposalQueueBatchesMax
                || (_filling.ProposalBytes + proposal.Data.Length > _options.ProposalQueueBytesMax && _filling.Proposals.Count > 0))
            {
                return false;
            }

            _filling.Proposals.Add(proposal);
            _filling.ProposalBytes += proposal.Data.Length;
            Wake_NeedsGate();
            return true;
        }
    }

    /// <summary>Queues messages while there is space, in total and for their sender; the rest is dropped, as on a network.</summary>
    public void Post(ReadOnlySpan<Message> messages)
    {
        lock (_gate)
        {
            foreach (Message message in messages)
            {
                long charge = FrameWriter.Charge(message);
                ref long ofSender = ref CollectionsMarshal.GetValueRefOrAddDefault(_filling.MessageBytesOf, SenderOf(message), out _);
                if (_closed
                    || _filling.MessageBytes + charge > _options.MessageQueueBytesMax
                    || ofSender + charge > _options.MessageQueueBytesMax / Shares)
                {
                    _messagesDropped++;
                    continue;
                }

                ofSender += charge;
                _filling.MessageBytes += charge;
                _filling.Messages.Add(message);
            }

            Wake_NeedsGate();
        }
    }

    /// <summary>A snapshot was received completely, verified and made durable. The only path by which one reaches the core.</summary>
    public void PostReceived(Message install)
    {
        lock (_gate)
        {
            _filling.Snapshots.Add(install);
            Wake_NeedsGate();
        }
    }

    /// <summary>The WAL has made this append durable.</summary>
    public void Post(WalAppend append)
    {
        lock (_gate)
        {
            _filling.Durable.Add(append);
            Wake_NeedsGate();
        }
    }

    /// <returns>False when closed.</returns>
    public bool TryPost(NodeCommand command)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            // A peer that is down is reported with every message to it; once per burst is enough.
            if (command is not NodeCommand.Unreachable || !_filling.Commands.Contains(command))
            {
                _filling.Commands.Add(command);
                Wake_NeedsGate();
            }

            return true;
        }
    }

    /// <summary>Runs an iteration soon without an input: see <see cref="NodeInbox.IsWoken"/>.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _filling.IsWoken = true;
            Wake_NeedsGate();
        }
    }

    /// <summary>Waits until there is input or the time is up. The raft thread only.</summary>
    /// <param name="emptied">The previous burst, already processed; it is filled next.</param>
    /// <param name="limit">Maximum time to wait.</param>
    /// <returns>The burst, which may be empty; null when closed.</returns>
    public NodeInbox? Take(NodeInbox emptied, TimeSpan limit)
    {
        // Cleared outside the lock: it may hold thousands of references.
        emptied.Clear();
        lock (_gate)
        {
            _spare = emptied;
            if (_filling.IsEmpty && !_closed && limit > TimeSpan.Zero)
            {
                Turns.Sleep_NeedsGate(TimeSpan.FromMilliseconds(Math.Ceiling(limit.TotalMilliseconds)));
            }

            return TakeNow_NeedsGate();
        }
    }

    /// <summary>Takes what is queued, on a thread that has borrowed the work of the raft thread; <see cref="Return"/> follows.</summary>
    /// <returns>Null when closed.</returns>
    public NodeInbox? TakeNow()
    {
        lock (_gate)
        {
            return TakeNow_NeedsGate();
        }
    }

    /// <summary>The burst from <see cref="TakeNow"/> is processed.</summary>
    public void Return(NodeInbox processed)
    {
        processed.Clear();
        lock (_gate)
        {
            _spare = processed;
        }
    }

    /// <summary>Refuses further input and ends the reader.</summary>
    /// <returns>The inputs still queued.</returns>
    public NodeInbox Close()
    {
        lock (_gate)
        {
            _closed = true;
            Turns.WakeToEnd_NeedsGate();
            Woken?.Invoke();
            return _filling;
        }
    }

    /// <summary>The sender that is charged. A request to transfer leadership carries the transferee's id, not the sender's.</summary>
    private static ulong SenderOf(Message message) => message.Type == MessageType.TransferLeader ? 0 : message.From;

    private NodeInbox? TakeNow_NeedsGate()
    {
        if (_closed)
        {
            return null;
        }

        NodeInbox taken = _filling;
        _filling = _spare!;
        _spare = null;
        return taken;
    }

    private void Wake_NeedsGate()
    {
        Turns.Wake_NeedsGate();
        Woken?.Invoke();
    }
}
