using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft;

/// <summary>Checks that a message could have been sent by a correct node.</summary>
/// <remarks>Any other message is dropped and reported; it must never reach an assertion (spec R23).</remarks>
internal static class MessageValidator
{
    /// <summary>Terms and indexes from here on are treated as corrupt, so that adding one never overflows.</summary>
    private const ulong Absurd = 1UL << 62;

    /// <summary>Highest index a snapshot may have: the entries appended after it stay far below <see cref="Absurd"/>.</summary>
    private const ulong SnapshotIndexMax = 1UL << 61;

    /// <summary>True when the message is valid at this node, whatever its state.</summary>
    public static bool IsValid(Message message, ulong self)
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

    // Entries of a leader's log are accepted as they are: refusing them would leave a gap in this log. Proposed entries have no index yet.
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
