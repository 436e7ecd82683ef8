using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Reads;

/// <summary>Takes a read that another node passed on.</summary>
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
            // The asker thinks this node leads; it should not wait to find out.
            reads.Refuse(read);
        }
    }
}
