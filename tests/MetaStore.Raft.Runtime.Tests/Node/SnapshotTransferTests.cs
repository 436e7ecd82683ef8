using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Tests.Node.Rig;
using MetaStore.Raft.Runtime.Tests.Transport;
using MetaStore.Raft.Runtime.Transport.InMemory;
using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Raft.Runtime.Tests.Node;

public sealed class SnapshotTransferTests
{
    private static readonly RaftNodeOptions Options = new() { NodeId = 1, ClusterId = 1 };
    private static readonly RaftNodeOptions Receiver = new() { NodeId = 2, ClusterId = 1 };
    private static readonly Message Install = new()
    {
        Type = MessageType.InstallSnapshot,
        To = 2,
        From = 1,
        Term = 5,
        Snapshot = new SnapshotMetadata(10, 3, ConfState.Of(1, 2)),
    };

    [Theory]
    [InlineData(null)]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(SnapshotCorruptException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    [InlineData(typeof(InvalidOperationException))]
    public void Snapshot_ThatCannotBeOpened_IsReportedAsNotDelivered(Type? failure)
    {
        NodeMailbox mailbox = new(Options);
        CommittedQueue stopped = new();
        stopped.Close();
        SnapshotTransfer exchange = new(new FakeSnapshots { OpenFailure = Failure(failure) }, new InMemoryPeerNetwork().Join(1), stopped, mailbox, new NodeProgress(), NoLeader(), Options, new LogSink());

        exchange.Send(Install);

        NodeInbox? inbox = mailbox.Take(new NodeInbox(), TimeSpan.FromSeconds(20));
        Assert.Equal(new NodeCommand.SnapshotSent(2, Delivered: false), Assert.Single(inbox!.Commands));
    }

    [Fact]
    public void Snapshot_Refused_DoesNotReachTheCore()
    {
        NodeMailbox mailbox = new(Receiver);
        FakeSnapshots files = new();
        SnapshotTransfer exchange = new(files, new InMemoryPeerNetwork().Join(2), new CommittedQueue(), mailbox, new NodeProgress(), NoLeader(), Receiver, new LogSink());

        bool taken = exchange.Receive(Install, new MemoryStream(), 0);

        Assert.False(taken);
        Assert.Equal(1, files.Receptions);
        Assert.True(mailbox.Take(new NodeInbox(), TimeSpan.Zero)!.IsEmpty);
    }

    /// <summary>A transfer that was counted as begun is counted as ended, whatever happens.</summary>
    [Fact]
    public void Reception_ThatThrows_HasEnded()
    {
        FakeSnapshots files = new() { ReceiveFailure = new InvalidOperationException("planned") };
        SnapshotTransfer exchange = new(files, new InMemoryPeerNetwork().Join(2), new CommittedQueue(), new NodeMailbox(Receiver), new NodeProgress(), NoLeader(), Receiver, new LogSink());
        TransfersInProgress transfers = new();
        exchange.Counts.Observer = transfers;

        Assert.Throws<InvalidOperationException>(() => exchange.Receive(Install, new MemoryStream(), 0));

        Assert.Equal((1, 0), (transfers.Begun, transfers.Now));
    }

    /// <summary>Without a file to write to, the sender gets the reason; it tries again.</summary>
    [Fact]
    public void Reception_WithoutAFile_IsRefused()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("metastore-transfer-");
        SnapshotSource source = new(SnapshotStore.Open(folder.FullName, 1), new NeverFatal());
        folder.Delete(recursive: true);

        ReceivedSnapshot received = source.Receive(Install.Snapshot!, new MemoryStream(), 0);

        Assert.Null(received.Metadata);
        Assert.Contains(folder.FullName, received.Refusal, StringComparison.Ordinal);
    }

    /// <summary>The disk is not even written to: bytes that the core would drop all the same are not received.</summary>
    [Theory]
    [InlineData(5, 1, true)]
    [InlineData(4, 1, false)]
    [InlineData(5, 3, false)]
    [InlineData(6, 3, true)]
    public void Snapshot_OfAnOldTermOrOfAnotherThanTheLeader_IsNotReceived(ulong term, ulong from, bool isRead)
    {
        NodeProgress progress = new();
        progress.SetHard(new HardState(5, 0, 0));
        LeadershipState leadership = NoLeader();
        leadership.Set(new SoftState(1, Role.Follower), 5);
        FakeSnapshots files = new();
        SnapshotTransfer exchange = new(files, new InMemoryPeerNetwork().Join(2), new CommittedQueue(), new NodeMailbox(Receiver), progress, leadership, Receiver, new LogSink());

        exchange.Receive(new Message { Type = Install.Type, To = 2, From = from, Term = term, Snapshot = Install.Snapshot }, new MemoryStream(), 0);

        Assert.Equal(isRead ? 1 : 0, files.Receptions);
    }

    /// <summary>The log was truncated without a file: the apply thread is asked, once, and what it made is sent instead.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Snapshot_WithoutAFile_IsAskedForOfTheApplyThread(bool isStopped)
    {
        NodeMailbox mailbox = new(Options);
        CommittedQueue committed = new();
        FakeSnapshots files = new();
        SnapshotTransfer exchange = new(files, new InMemoryPeerNetwork().Join(1), committed, mailbox, new NodeProgress(), NoLeader(), Options, new LogSink());
        if (isStopped)
        {
            committed.Close();
        }

        exchange.Send(Install);

        if (!isStopped)
        {
            IReadOnlyList<CommittedWork>? work = await Task.Run(() => committed.Take(TimeSpan.FromSeconds(20)));
            var request = Assert.IsType<SnapshotRequest>(Assert.Single(work!));
            Assert.Equal("", request.AcceptedFormats);
            request.CompleteWith(Task.FromResult<SnapshotMetadata?>(null));
        }

        NodeInbox? inbox = mailbox.Take(new NodeInbox(), TimeSpan.FromSeconds(20));
        Assert.Equal(new NodeCommand.SnapshotSent(2, Delivered: false), Assert.Single(inbox!.Commands));
    }

    private static LeadershipState NoLeader() => new(TimeProvider.System, BackgroundWork.ThreadPool);

    private static Exception? Failure(Type? type) =>
        type == typeof(IOException) ? new IOException("gone")
        : type == typeof(UnauthorizedAccessException) ? new UnauthorizedAccessException("not allowed")
        : type == typeof(InvalidOperationException) ? new InvalidOperationException("a bug")
        : type == typeof(SnapshotCorruptException) ? new SnapshotCorruptException("file", "damaged")
        : null;

    private sealed class TransfersInProgress : ISnapshotTransferObserver
    {
        public int Begun { get; private set; }

        public int Now { get; private set; }

        public void OnBegun(ulong peer, bool outgoing)
        {
            Begun++;
            Now++;
        }

        public void OnEnded(ulong peer, bool outgoing, bool delivered) => Now--;
    }

    private sealed class NeverFatal : IFatalHandler
    {
        public void OnFatal(int exitCode, string reason) => Assert.Fail(reason);
    }
}
