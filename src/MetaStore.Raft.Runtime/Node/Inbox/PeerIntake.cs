using System.Runtime.InteropServices;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Inbox;

/// <summary>
/// Checks messages of other members before they reach the raft thread; messages that must never come from a peer are dropped.
/// </summary>
/// <remarks>
/// The core drops what is invalid for its state; this class checks what the core cannot see: a snapshot that was not received by this
/// node, a
/// message in this node's own name (its own vote enters the core by the same path), and proposals that could not be applied. Thread:
/// those of
/// the transport.
/// </remarks>
internal sealed class PeerIntake(RaftNodeOptions options, NodeMailbox mailbox, RefusedMessages refused)
{
    /// <summary>Handles the messages of one receive.</summary>
    public void Take(ReadOnlySpan<Message> messages)
    {
        for (int i = 0; i < messages.Length; i++)
        {
            if (Refusal(messages[i]) is not null)
            {
                TakeSome(messages);
                return;
            }
        }

        mailbox.Post(messages);
    }

    private void TakeSome(ReadOnlySpan<Message> messages)
    {
        List<Message> taken = new(messages.Length);
        foreach (Message message in messages)
        {
            if (Refusal(message) is { } why)
            {
                refused.Record(message, why);
            }
            else
            {
                taken.Add(message);
            }
        }

        mailbox.Post(CollectionsMarshal.AsSpan(taken));
    }

    private string? Refusal(Message message)
    {
        if (message.Type == MessageType.InstallSnapshot)
        {
            return RefusedMessages.NotReceived;
        }

        if (message.To != options.NodeId || (message.From == options.NodeId && message.Type != MessageType.TransferLeader))
        {
            return "it is not of another member for this one";
        }

        return message.Type == MessageType.Propose ? Unreadable(message) : null;
    }

    private string? Unreadable(Message message)
    {
        for (int i = 0; i < message.Entries.Count; i++)
        {
            if (options.ProposalCheck.Fault(message.From, message.Entries[i]) is { } fault)
            {
                return $"a proposal could not be applied: {fault}";
            }
        }

        return null;
    }
}
