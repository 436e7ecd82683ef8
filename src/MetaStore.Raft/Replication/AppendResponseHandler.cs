using MetaStore.Raft.Messages;
using MetaStore.Raft.Tracking;
using MetaStore.Raft.Transfer;

namespace MetaStore.Raft.Replication;

/// <summary>Handles AppendEntries responses on the leader (thesis §3.5).</summary>
internal sealed class AppendResponseHandler(RaftState state, Replicator replicator, CommitAdvancer commit, LeaderTransfer transfer)
{
    public void Handle(Message message)
    {
        if (state.Role != Role.Leader)
        {
            return;
        }

        if (state.Tracker.Find(message.From) is not { } member || (!message.Reject && message.Index > state.Log.LastIndex))
        {
            state.Drop(message);
            return;
        }

        member.RecentActive = true;
        if (message.Reject)
        {
            Refused(member, message);
        }
        else
        {
            Accepted(member, message.Index);
        }
    }

    private void Refused(Progress member, Message message)
    {
        if (member.State == ProgressState.Probe && message.Index == member.Match && member.Next == member.Match + 1 && message.Index > 0)
        {
            // It lost entries that it acknowledged. There is no earlier index to try; the next heartbeat response triggers another probe.
            state.Report(RaftEventKind.AcknowledgementLost, member.NodeId, member.Match);
            return;
        }

        // Both sides skip whole terms: the follower named its highest entry of a term not above ours, and from there this log
        // is searched downwards for the highest entry of a term not above the follower's.
        ulong hint = message.RejectHint;
        if (message.LogTerm > 0)
        {
            hint = state.Log.FindConflictByTerm(Math.Min(hint, state.Log.LastIndex), message.LogTerm, out _);
        }

        if (!member.MaybeDecrease(message.Index, hint))
        {
            return;
        }

        state.Report(RaftEventKind.AppendRejected, member.NodeId, message.RejectHint);
        if (member.State == ProgressState.Replicate)
        {
            member.BecomeProbe();
        }

        replicator.Probe(member);
    }

    private void Accepted(Progress member, ulong index)
    {
        bool news = member.MaybeUpdate(index);
        if (!news && !(member.State == ProgressState.Probe && member.Match == index))
        {
            return;
        }

        switch (member.State)
        {
            case ProgressState.Replicate:
                member.Inflights.FreeTo(index);
                member.Resume();
                break;
            case ProgressState.Snapshot when member.Match + 1 < state.Log.FirstIndex:
                // Advanced, but its next entry is still compacted: the snapshot in transfer is needed.
                return;
            default:
                member.BecomeReplicate();
                break;
        }

        commit.TryAdvance();
        replicator.WantBroadcast();
        transfer.OnProgress(member);
    }
}
