using MetaStore.Raft.Messages;
using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Network;

/// <summary>Answers to read rounds that reach a leader only after another one was elected: they were in transit when the link was cut.</summary>
/// <remarks>
/// A leader that does not know yet that it is deposed must not take them for answers to a round that it started later. By random delays alone an
/// answer rarely arrives in the short time in which the old leader still leads and the new one has already committed.
/// </remarks>
internal sealed class OldReadAnswers
{
    /// <summary>Mean time from the election to the arrival: the new leader has committed by then, and the old one may not have stepped down.</summary>
    public const long MeanDelay = 300 * SimKernel.Millisecond;

    /// <summary>Times that each answer arrives: one of them may meet a read.</summary>
    public const int Copies = 3;

    // The newest answer of each member to each leader.
    private readonly Dictionary<(ulong To, ulong From), Message> _kept = [];
    private ulong _newestTerm;

    /// <summary>Inspects a message that is sent.</summary>
    /// <returns>Answers to deliver to the former leader, because this is the first message of a new one.</returns>
    public IReadOnlyList<Message> OnSend(Message message)
    {
        if (message is { Type: MessageType.HeartbeatResponse, Context: not 0 })
        {
            _kept[(message.To, message.From)] = message;
            return [];
        }

        if (message.Type is not (MessageType.AppendEntries or MessageType.Heartbeat) || message.Term <= _newestTerm)
        {
            return [];
        }

        ulong deposed = _newestTerm;
        _newestTerm = message.Term;
        Message[] old = [.. _kept.Values.Where(kept => kept.Term == deposed && kept.To != message.From)];
        _kept.Clear();
        return old;
    }
}
