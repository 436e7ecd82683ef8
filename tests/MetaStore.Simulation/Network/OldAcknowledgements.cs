using MetaStore.Raft.Messages;

namespace MetaStore.Simulation.Network;

/// <summary>Delayed acknowledgements to a former leader, held until it leads again: a network may delay a message that long.</summary>
/// <remarks>
/// Meanwhile another leader may have replaced what was acknowledged, so a leader that took them for responses to its own messages would be wrong
/// about its followers. By random delays alone a message is rarely late by exactly two elections.
/// </remarks>
internal sealed class OldAcknowledgements
{
    private const int KeptMax = 64;

    private readonly Dictionary<ulong, List<Message>> _kept = [];
    private readonly Dictionary<ulong, ulong> _ledIn = [];

    /// <summary>Inspects a message that is sent.</summary>
    /// <returns>Acknowledgements to deliver to its sender, because it has just started to lead a new term.</returns>
    public IReadOnlyList<Message> OnSend(Message message)
    {
        if (message is { Type: MessageType.AppendEntriesResponse, Reject: false })
        {
            Keep(message);
            return [];
        }

        bool leads = message.Type is MessageType.AppendEntries or MessageType.Heartbeat;
        if (!leads || _ledIn.GetValueOrDefault(message.From) >= message.Term)
        {
            return [];
        }

        _ledIn[message.From] = message.Term;
        return _kept.Remove(message.From, out List<Message>? kept) ? kept.FindAll(old => old.Term < message.Term) : [];
    }

    private void Keep(Message acknowledgement)
    {
        if (!_kept.TryGetValue(acknowledgement.To, out List<Message>? kept))
        {
            kept = _kept[acknowledgement.To] = [];
        }

        // Of a follower and term, the highest one is enough.
        kept.RemoveAll(other => other.From == acknowledgement.From && other.Term == acknowledgement.Term && other.Index <= acknowledgement.Index);
        kept.Add(acknowledgement);
        if (kept.Count > KeptMax)
        {
            kept.RemoveAt(0);
        }
    }
}
