using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Tests.Transport;

namespace MetaStore.Raft.Runtime.Tests.Node;

public sealed class NodeMailboxTests
{
    /// <summary>A member that sends too much loses its own messages, not those of others.</summary>
    [Fact]
    public void OneSender_GetsAQuarterOfTheQueue()
    {
        NodeMailbox mailbox = new(new RaftNodeOptions { NodeId = 1, ClusterId = 1, MessageQueueBytesMax = 64_000 });
        Message flood = Samples.Heartbeat(from: 2, to: 1, context: 1);
        for (int i = 0; i < 10_000; i++)
        {
            mailbox.Post([flood]);
        }

        mailbox.Post([Samples.Heartbeat(from: 3, to: 1, context: 2)]);

        List<Message> taken = mailbox.Take(new NodeInbox(), TimeSpan.Zero)!.Messages;
        Assert.Equal(100, taken.Count(message => message.From == 2));
        Assert.Equal(1, taken.Count(message => message.From == 3));
        Assert.Equal(9_900, mailbox.MessagesDropped);

        mailbox.Post([flood]);
        Assert.Single(mailbox.Take(new NodeInbox(), TimeSpan.Zero)!.Messages);
    }
}
