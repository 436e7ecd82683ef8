using MetaStore.Batching.Entries;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.Server.Proposals;

/// <summary>Decodes proposals that other members forward, as the apply loop would, before they are appended to the log.</summary>
/// <remarks>
/// An entry that cannot be decoded would end every member that commits it, again at each restart. This member's own batches are not checked twice.
/// </remarks>
internal sealed class ForwardedProposals : IProposalCheck
{
    /// <inheritdoc/>
    public string? Fault(ulong from, in Entry entry)
    {
        if (entry.Type != EntryType.Normal)
        {
            // The leader decides on and proposes them itself, see ADR 0008.
            return "membership changes are proposed by the leader alone";
        }

        try
        {
            BatchReader proposals = BatchCodec.Decode(entry.Data);
            if (proposals.MemberId != from)
            {
                return $"the batch is of member {proposals.MemberId:x}, whose callers would get its answers";
            }

            foreach (ReadOnlyMemory<byte> command in proposals)
            {
                if (Fault(from, CommandCheck.Read(command, out ulong publisher), publisher) is { } fault)
                {
                    return fault;
                }
            }

            return null;
        }
        catch (Exception unreadable) when (unreadable is BatchFormatException or CommandFormatException)
        {
            return unreadable.Message;
        }
    }

    private static string? Fault(ulong from, CommandKind kind, ulong publisher) => kind switch
    {
        CommandKind.MemberUpsert or CommandKind.MemberRemove or CommandKind.MemberPromote or CommandKind.MemberPeerUrls =>
            $"{kind} belongs to a membership change",
        CommandKind.MemberAttributes when publisher != from => $"it publishes member {publisher:x}, which publishes itself",
        _ => null,
    };
}
