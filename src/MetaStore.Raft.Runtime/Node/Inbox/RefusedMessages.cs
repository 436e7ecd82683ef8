using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Observability;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Node.Inbox;

/// <summary>Counts messages that no correct member sends, and logs each kind once a minute, however many arrive. Thread-safe.</summary>
internal sealed class RefusedMessages(NodeProgress progress, TimeProvider time, ILogger logger)
{
    /// <summary>Reason for refusing a snapshot that was announced outside of its own connection.</summary>
    public const string NotReceived = "the snapshot was not received on a connection of its own";

    private const string MakesNoSense = "it makes no sense in this member's state";

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(MessageType, string), long> _loggedAt = [];

    /// <summary>A message was refused before the core saw it.</summary>
    public void Record(Message message, string why) => Record(message.From, message.Type, why, message.Term, kind: why.Split(':')[0]);

    /// <summary>Handles an event of the core.</summary>
    /// <returns>False when it is another kind of event.</returns>
    public bool Record(in RaftEvent observed)
    {
        if (observed.Kind == RaftEventKind.TermRefused)
        {
            progress.CountRefusedMessage();
            if (IsDue((MessageType.None, nameof(RaftEventKind.TermRefused))))
            {
                logger.TermRefused(observed.Node, observed.Value, observed.Term);
            }

            return true;
        }

        if (observed.Kind == RaftEventKind.AcknowledgementLost)
        {
            progress.CountLostAcknowledgement();
            if (IsDue((MessageType.None, $"{observed.Kind} {observed.Node:x}")))
            {
                logger.AcknowledgementLost(observed.Node, observed.Value);
            }

            return true;
        }

        if (observed.Kind == RaftEventKind.MessageDropped)
        {
            Record(observed.Node, (MessageType)observed.Value, MakesNoSense, observed.Term, MakesNoSense);
            return true;
        }

        return false;
    }

    private void Record(ulong from, MessageType type, string why, ulong term, string kind)
    {
        progress.CountRefusedMessage();
        if (IsDue((type, kind)))
        {
            logger.MessageRefused(type, from, term, why);
        }
    }

    // There are few keys: message types times the constants above.
    private bool IsDue((MessageType, string) key)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            if (_loggedAt.TryGetValue(key, out long at) && time.GetElapsedTime(at, now) < Pause)
            {
                return false;
            }

            _loggedAt[key] = now;
            return true;
        }
    }
}
