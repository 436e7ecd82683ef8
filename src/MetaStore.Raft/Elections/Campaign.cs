using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Quorum;
using MetaStore.Raft.Tracking;

namespace MetaStore.Raft.Elections;

/// <summary>Starts elections (thesis §3.4, §9.6).</summary>
internal sealed class Campaign(RaftState state, RoleTransitions roles)
{
    /// <summary>Value of <see cref="Message.Context"/> in a request that a transfer forced.</summary>
    public const ulong ForcedByTransfer = 1;

    /// <summary>
    /// Starts an election, unless this node leads, has no vote, or has committed membership changes that are not applied yet.
    /// </summary>
    public void Start(CampaignKind kind)
    {
        if (state.Role == Role.Leader || !state.Promotable || HasUnappliedConfChange())
        {
            return;
        }

        if (kind == CampaignKind.Pre)
        {
            AskBefore();
        }
        else
        {
            Ask(kind == CampaignKind.Transfer ? ForcedByTransfer : 0);
        }
    }

    private void AskBefore()
    {
        roles.BecomePreCandidate();

        // Granting oneself a pre-vote changes no durable state, so unlike a real vote it need not reach the disk.
        if (state.Tracker.RecordVote(state.Id, granted: true) == VoteResult.Won)
        {
            Ask(context: 0);
            return;
        }

        Broadcast(MessageType.PreVote, state.Term + 1, context: 0);
    }

    private void Ask(ulong context)
    {
        roles.BecomeCandidate();

        // The own vote comes back through Step once it is durable; the same path serves one-node clusters.
        state.Outbox.Send(new Message
        {
            Type = MessageType.RequestVoteResponse,
            To = state.Id,
            From = state.Id,
            Term = state.Term,
        });
        Broadcast(MessageType.RequestVote, state.Term, context);
    }

    private void Broadcast(MessageType type, ulong term, ulong context)
    {
        ulong lastIndex = state.Log.LastIndex;
        ulong lastTerm = state.Log.LastTerm;
        foreach (Progress member in state.Tracker.Members)
        {
            if (member.NodeId != state.Id && state.Tracker.Voters.Contains(member.NodeId))
            {
                state.Outbox.Send(new Message
                {
                    Type = type,
                    To = member.NodeId,
                    From = state.Id,
                    Term = term,
                    Index = lastIndex,
                    LogTerm = lastTerm,
                    Context = context,
                });
            }
        }
    }

    // Membership changes take effect when applied. A node that campaigns with an outdated configuration could win with a majority
    // that is none in the present one.
    private bool HasUnappliedConfChange()
    {
        const long PageBytes = 16 << 20;
        ulong low = state.Log.Applied + 1;
        ulong high = state.Log.Committed + 1;
        while (low < high)
        {
            if (!state.Log.TryGetEntries(low, high, PageBytes, out IReadOnlyList<Entry> page))
            {
                // The entries are covered by a snapshot that is not installed yet: assume that they may hold a membership change.
                return true;
            }

            RaftAssert.That(page.Count > 0, "entries that are not applied are in memory");
            foreach (Entry entry in page)
            {
                if (entry.Type == EntryType.ConfChange)
                {
                    return true;
                }
            }

            low += (ulong)page.Count;
        }

        return false;
    }
}
