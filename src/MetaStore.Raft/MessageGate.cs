using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft;

/// <summary>Tells messages that a correct node could have sent from those that none sends.</summary>
/// <remarks>The second kind is dropped and reported; it must never reach an assertion (spec R23).</remarks>
internal static class MessageGate
{
    /// <summary>Terms and indexes from here on are taken for damage, so that adding one never overflows.</summary>
    private const ulong Absurd = 1UL << 62;

    /// <summary>No snapshot brings the log further than this: what is appended after it stays far below <see cref="Absurd"/>.</summary>
    private const ulong SnapshotIndexMax = 1UL << 61;

    /// <summary>True when the shape of the message makes sense at this node.</summary>
    public static bool IsSane(Message message, ulong self)
    {
        if (message.To != self || message.From == 0 || message.Term == 0 || message.Term >= Absurd)
        {
            return false;
        }

        if (message.Index >= Absurd || message.Commit >= Absurd || message.RejectHint >= Absurd || message.LogTerm > message.Term)
        {
            return false;
        }

        return message.Type switch
        {
            MessageType.RequestVoteResponse => true,
            MessageType.TransferLeader => true,
            _ when message.From == self => false,
            MessageType.AppendEntries => IsContiguous(message),
            MessageType.Propose => IsProposable(message.Entries),
            MessageType.InstallSnapshot => IsInstallable(message),
            _ => message.Type is > MessageType.None and <= MessageType.TransferLeader,
        };
    }

    private static bool IsContiguous(Message message)
    {
        if (message.Entries is null)
        {
            return false;
        }

        ulong index = message.Index;
        ulong term = message.LogTerm;
        for (int i = 0; i < message.Entries.Count; i++)
        {
            Entry entry = message.Entries[i];
            if (entry.Index != ++index || !IsKnown(entry) || entry.Term < term || entry.Term > message.Term || entry.Term == 0)
            {
                return false;
            }

            term = entry.Term;
        }

        return true;
    }

    // What a leader has in its log is taken as it is: refusing it would leave this node without it, silently. What is proposed has no place yet.
    private static bool IsKnown(in Entry entry) => entry.Type is EntryType.Normal or EntryType.ConfChange;

    private static bool IsProposable(IReadOnlyList<Entry>? entries)
    {
        for (int i = 0; i < entries?.Count; i++)
        {
            if (!IsKnown(entries[i]) || entries[i].Data.IsEmpty)
            {
                return false;
            }
        }

        return entries is { Count: > 0 };
    }

    private static bool IsInstallable(Message message) =>
        message.Snapshot is { Index: > 0 and <= SnapshotIndexMax, Term: > 0 } snapshot
        && snapshot.Term <= message.Term
        && ConfStateRules.Violation(snapshot.ConfState) is null;
}
