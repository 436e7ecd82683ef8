using MetaStore.Raft.Messages;

namespace MetaStore.Simulation.Network;

/// <summary>Acknowledgements on their way to somebody who led once, kept until he leads again: a network may hold a message back that long.</summary>
/// <remarks>
/// In between another leader may have replaced what was acknowledged, so a leader that took them for answers to his own messages would be
/// wrong about his followers. By chance alone a message is hardly ever late by exactly two elections.
/// </remarks>
internal sealed class OldAcknowledgements
{
    private const int KeptMax = 64;

    private readonly Dictionary<ulong, List<Message>> _kept = [];
    private readonly Dictionary<ulong, ulong> _ledIn = [];

    /// <summary>Looks at a message that is sent.</summary>
    /// <returns>What comes back to its sender, because he has just begun to lead a new term.</returns>
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

        // The highest of a follower and term says most.
        kept.RemoveAll(other => other.From == acknowledgement.From && other.Term == acknowledgement.Term && other.Index <= acknowledgement.Index);
        kept.Add(acknowledgement);
        if (kept.Count > KeptMax)
        {
            kept.RemoveAt(0);
        }
    }
}
