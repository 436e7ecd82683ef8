using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Reads;

/// <summary>Handles a read that another node forwarded.</summary>
internal sealed class ReadIndexHandler(RaftState state, ReadIndexQueue reads)
{
    public void Handle(Message message)
    {
        var read = new PendingRead(message.From, message.Context);
        if (state.Role == Role.Leader)
        {
            reads.Add(read);
        }
        else
        {
            // The sender takes this node for the leader; an immediate refusal saves it a timeout.
            reads.Refuse(read);
        }
    }
}
