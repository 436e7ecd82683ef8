using MetaStore.Raft.Elections;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Replication;

/// <summary>Receives a leader's sign of life.</summary>
internal sealed class HeartbeatHandler(RaftState state, RoleChanger roles)
{
    public void Handle(Message message)
    {
        if (!LeaderRule.Accepts(state, message))
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
            // The leader saw an acknowledgement for more than is here: this node lost data it had promised to keep, or the message is forged.
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
