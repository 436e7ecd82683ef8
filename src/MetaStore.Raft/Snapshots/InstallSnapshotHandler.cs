using MetaStore.Raft.Elections;
using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Snapshots;

/// <summary>Handles a snapshot whose state was received completely and verified (thesis §5.1, Fig. 5.3).</summary>
internal sealed class InstallSnapshotHandler(RaftState state, RoleTransitions roles, MembershipApplier membership)
{
    public void Handle(Message message)
    {
        if (!state.AcceptsLeader(message.From))
        {
            state.Drop(message);
            return;
        }

        roles.FollowLeader(message.From);
        SnapshotMetadata snapshot = message.Snapshot!;
        if (snapshot.Index > state.Log.Committed)
        {
            Take(snapshot, message);
        }

        // Accepted or not: the leader learns this node's position, once that is on disk.
        ulong index = ReferenceEquals(state.Log.PendingSnapshot, snapshot) ? state.Log.LastIndex : state.Log.Committed;
        state.Outbox.Send(new Message
        {
            Type = MessageType.AppendEntriesResponse,
            To = message.From,
            From = state.Id,
            Term = state.Term,
            Index = index,
        });
    }

    private void Take(SnapshotMetadata snapshot, Message message)
    {
        if (state.Log.Matches(snapshot.Index, snapshot.Term))
        {
            // The log holds all of it already, and perhaps later entries: keep the log and raise the commit index (step 6).
            state.Log.CommitTo(snapshot.Index);
        }
        else
        {
            // This node need not be among its members: a snapshot may be older than the change that added it.
            state.Log.Restore(snapshot);
            membership.SwitchTo(snapshot.ConfState);
            state.Report(RaftEventKind.SnapshotAccepted, message.From, snapshot.Index);
        }
    }
}
