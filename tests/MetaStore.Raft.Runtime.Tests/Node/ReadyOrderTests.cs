using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Tests.Node.Rig;
using MetaStore.Raft.Runtime.Tests.Transport;
using MetaStore.Raft.Runtime.Transport.InMemory;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Node;

/// <summary>Whatever promises something about this node's disk leaves after the disk has it, and after all that was before it.</summary>
/// <remarks>One follower on a disk that the test moves, and a leader played by the test.</remarks>
public sealed class ReadyOrderTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly InitialMember[] Members = [new(1, default), new(2, default), new(3, default)];

    private readonly FakeWal _wal = new();
    private readonly TestHost _host = new();
    private readonly RecordingReceiver _leader = new();
    private readonly RaftNode _node;
    private readonly InMemoryPeerTransport _leaderEnd;

    public ReadyOrderTests()
    {
        InMemoryPeerNetwork network = new();
        _leaderEnd = network.Join(1);
        _leaderEnd.Start(_leader);
        RaftNodeOptions options = new() { NodeId = 2, ClusterId = 1, ElectionTimeout = TimeSpan.FromSeconds(60) };
        _node = new RaftNode(
            options,
            _wal,
            NodeBootstrap.Begin(new WalRecovery(), Members),
            new FakeSnapshots(),
            network.Join(2),
            TimeProvider.System,
            new LogSink());
        _host.Run(_node);
        _node.Start();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task Acknowledgement_BeforeTheDisk_DoesNotLeave()
    {
        Send(Append(previous: 3, previousTerm: 1, count: 2));
        await PendingAsync(1);

        // The answer to a heartbeat of the same term goes past: were the acknowledgement free to leave, it would be here by now.
        Send(new Message { Type = MessageType.Heartbeat, To = 2, From = 1, Term = 2, Context = 9 });
        await HeardAsync(MessageType.HeartbeatResponse);
        Assert.DoesNotContain(_leader.Messages, message => message.Type == MessageType.AppendEntriesResponse);

        _wal.Sync();
        await HeardAsync(MessageType.AppendEntriesResponse);
        Assert.Equal(5ul, Acknowledged());
    }

    [Fact]
    public async Task Acknowledgement_OfADuplicate_WaitsForAllThatIsOnItsWay()
    {
        Send(Append(previous: 3, previousTerm: 1, count: 1));
        await PendingAsync(1);
        Send(Append(previous: 4, previousTerm: 2, count: 1));
        await PendingAsync(2);

        // Nothing new in it; its acknowledgement must still not overtake the two writes.
        Send(Append(previous: 3, previousTerm: 1, count: 1));
        await PendingAsync(3);
        Assert.DoesNotContain(_leader.Messages, message => message.Type == MessageType.AppendEntriesResponse);

        _wal.Sync();
        await HeardAsync(MessageType.AppendEntriesResponse);
        Assert.Equal(4ul, Acknowledged());
    }

    [Fact]
    public async Task Vote_BeforeTheDisk_DoesNotLeave()
    {
        Send(new Message { Type = MessageType.RequestVote, To = 2, From = 1, Term = 7, Index = 100, LogTerm = 6 });
        await PendingAsync(1);
        Assert.DoesNotContain(_leader.Messages, message => message.Type == MessageType.RequestVoteResponse);

        WalAppend append = _wal.Sync();

        await HeardAsync(MessageType.RequestVoteResponse);
        Assert.Equal((7ul, 1ul), (append.HardState!.Value.Term, append.HardState.Value.Vote));
        Assert.True(append.MustSync);
    }

    [Fact]
    public async Task CommittedEntry_NotDurableHere_IsNotApplied()
    {
        Send(Append(previous: 3, previousTerm: 1, count: 1, commit: 4));
        await PendingAsync(1);
        await Eventually.TrueAsync(() => _node.Progress.Committed == 4, Limit, () => $"{_node.Progress.Committed}");
        Assert.Equal(3ul, _node.Progress.HandedOut);

        _wal.Sync();

        await Eventually.TrueAsync(() => _host.LastIndex == 4, Limit, () => $"{_host.LastIndex}");
    }

    [Fact]
    public async Task CommitIndexAlone_DoesNotWakeTheDisk()
    {
        Send(Append(previous: 3, previousTerm: 1, count: 1));
        await PendingAsync(1);
        _wal.Sync();
        await HeardAsync(MessageType.AppendEntriesResponse);

        Send(new Message { Type = MessageType.Heartbeat, To = 2, From = 1, Term = 2, Commit = 4 });
        await Eventually.TrueAsync(() => _host.LastIndex == 4, Limit, () => $"{_host.LastIndex}");
        Send(Append(previous: 4, previousTerm: 2, count: 1, commit: 4));
        await Eventually.TrueAsync(() => _wal.Pending > 0, Limit, () => "no write");

        // By a tick or by the next entries: the commit index arrives, although no caller waited for it.
        WalAppend next = _wal.Sync();
        Assert.Equal(4ul, next.HardState!.Value.Commit);
    }

    private static Message Append(ulong previous, ulong previousTerm, int count, ulong commit = 3) => new()
    {
        Type = MessageType.AppendEntries,
        To = 2,
        From = 1,
        Term = 2,
        Index = previous,
        LogTerm = previousTerm,
        Commit = commit,
        Entries = [.. Enumerable.Range(1, count).Select(i => new Entry(2, previous + (ulong)i, EntryType.Normal, new byte[] { 1 }))],
    };

    private void Send(Message message) => _leaderEnd.Send([message]);

    private ulong Acknowledged() => _leader.Messages.Last(message => message.Type == MessageType.AppendEntriesResponse).Index;

    private Task PendingAsync(int count) => Eventually.TrueAsync(() => _wal.Pending == count, Limit, () => $"{_wal.Pending} pending");

    private Task HeardAsync(MessageType type) => Eventually.TrueAsync(
        () => _leader.Messages.Any(message => message.Type == type), Limit, () => string.Join(' ', _leader.Messages.Select(m => m.Type)));
}
