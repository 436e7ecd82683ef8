using MetaStore.Raft.Elections;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Replication;

/// <summary>Receives a leader's heartbeat.</summary>
internal sealed class HeartbeatHandler(RaftState state, RoleTransitions roles)
{
    public void Handle(Message message)
    {
        if (!state.AcceptsLeader(message.From))
        {
            state.Drop(message);
            return;
        }

        roles.FollowLeader(message.From);
        if (message.Commit <= state.Log.LastIndex)
        {
            state.Log.CommitTo(message.Commit);
        }
        else
        {
            // The leader has an acknowledgement beyond the end of this log: this node lost durable entries, or the message is forged.
            state.Report(RaftEventKind.EntriesMissing, message.From, message.Commit);
        }

        state.Outbox.Send(new Message
        {
            Type = MessageType.HeartbeatResponse,
            To = message.From,
            From = state.Id,
            Term = state.Term,
            Context = message.Context,
        });
    }
}
