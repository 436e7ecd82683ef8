using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Tests.Transport;
using MetaStore.Raft.Runtime.Transport.InMemory;

namespace MetaStore.Raft.Runtime.Tests.Node;

public sealed class SnapshotExchangeTests
{
    private static readonly RaftNodeOptions Options = new() { NodeId = 1, ClusterId = 1 };
    private static readonly Message Install = new()
    {
        Type = MessageType.InstallSnapshot,
        To = 2,
        From = 1,
        Snapshot = new SnapshotMetadata(10, 3, ConfState.Of(1, 2)),
    };

    [Theory]
    [InlineData(null)]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(SnapshotCorruptException))]
    public void Snapshot_ThatCannotBeOpened_IsReportedAsNotDelivered(Type? failure)
    {
        NodeMailbox mailbox = new(Options);
        SnapshotExchange exchange = new(new FakeSnapshots { OpenFailure = Failure(failure) }, new InMemoryPeerNetwork().Join(1), new TestHost(), mailbox, Options, new LogSink());

        exchange.Send(Install);

        NodeInbox? inbox = mailbox.Take(new NodeInbox(), TimeSpan.FromSeconds(20));
        Assert.Equal(new NodeCommand.SnapshotSent(2, Delivered: false), Assert.Single(inbox!.Commands));
    }

    [Fact]
    public void Snapshot_Refused_DoesNotReachTheCore()
    {
        NodeMailbox mailbox = new(Options);
        SnapshotExchange exchange = new(new FakeSnapshots(), new InMemoryPeerNetwork().Join(1), new TestHost(), mailbox, Options, new LogSink());

        bool taken = exchange.Receive(Install, new MemoryStream(), 0);

        Assert.False(taken);
        Assert.True(mailbox.Take(new NodeInbox(), TimeSpan.Zero)!.IsEmpty);
    }

    private static Exception? Failure(Type? type) =>
        type == typeof(IOException) ? new IOException("gone")
        : type == typeof(SnapshotCorruptException) ? new SnapshotCorruptException("file", "damaged")
        : null;
}
