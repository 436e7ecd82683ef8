using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Tests.Node.Rig;
using MetaStore.Raft.Runtime.Tests.Transport;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.InMemory;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Node;

/// <summary>A disk hangs while the thread that brought the entries writes them itself: what came over other lanes is not held back.</summary>
/// <remarks>One follower with a real log; the test brings the messages, as the threads of its lanes do, and plays the leader.</remarks>
public sealed class HungDiskTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly InitialMember[] Members = [new(1, default), new(2, default), new(3, default)];

    private readonly SimDisk _disk = new();
    private readonly ManualResetEventSlim _goesOn = new();
    private readonly TestHost _host = new();
    private readonly RecordingReceiver _leader = new();
    private readonly WriteAheadLog _wal;
    private readonly RaftNode _node;
    private volatile bool _hangs;
    private volatile Thread? _hung;
    private ulong _last = 3;

    public HungDiskTests()
    {
        InMemoryPeerNetwork network = new();
        network.Join(1).Start(_leader);
        _disk.Before = (operation, _) =>
        {
            if (operation == "datasync" && _hangs)
            {
                _hung = Thread.CurrentThread;
                Assert.True(_goesOn.Wait(Limit));
            }
        };
        _wal = WriteAheadLog.Open(new WalOptions { Directory = "/wal", ClusterId = 1, NodeId = 2, Disk = _disk }, out WalRecovery recovery);
        RaftNodeOptions options = new() { NodeId = 2, ClusterId = 1, ElectionTimeout = TimeSpan.FromSeconds(60) };
        _node = new RaftNode(options, _wal, NodeBootstrap.NewCluster(_wal, recovery, Members), new FakeSnapshots(), network.Join(2), TimeProvider.System, new LogSink());
        _host.Run(_node);
        _node.Start();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _goesOn.Set();
        await _node.DisposeAsync();
        _wal.Dispose();
        _goesOn.Dispose();
    }

    [Fact]
    public async Task HeartbeatsAreAnswered_AndEntriesAreAcknowledgedWhenTheDiskGoesOn()
    {
        await WriteOnTheLaneAsync();
        _hangs = true;
        Thread lane = Bring(Append());
        await Eventually.TrueAsync(() => _hung is not null, Limit, () => "no sync was begun");
        Assert.Same(lane, _hung);
        int acknowledged = Count(MessageType.AppendEntriesResponse);

        for (int beat = 0; beat < 3; beat++)
        {
            int answered = Count(MessageType.HeartbeatResponse);
            Assert.True(Bring(new Message { Type = MessageType.Heartbeat, To = 2, From = 1, Term = 2, Context = 9 }).Join(Limit));
            await Eventually.TrueAsync(() => Count(MessageType.HeartbeatResponse) > answered, Limit, () => "a heartbeat is not answered");
        }

        Assert.Equal(acknowledged, Count(MessageType.AppendEntriesResponse));
        _hangs = false;
        _goesOn.Set();
        await AcknowledgedAsync();
    }

    /// <summary>A vote has to be durable; the lane that brings the request for it brings heartbeats too.</summary>
    [Fact]
    public async Task AVote_IsNeverMadeDurableByTheLaneThatBringsHeartbeats()
    {
        await WriteOnTheLaneAsync();
        _hangs = true;
        for (ulong term = 7; term < 12; term++)
        {
            Thread control = Bring(new Message { Type = MessageType.RequestVote, To = 2, From = 1, Term = term, Index = 100, LogTerm = 6 });
            Assert.True(control.Join(Limit), "the lane waits for the disk");
        }

        await Eventually.TrueAsync(() => _hung is not null, Limit, () => "no sync was begun");
        Assert.Equal("wal-writer", _hung!.Name);
        Assert.Equal(0, Count(MessageType.RequestVoteResponse));
    }

    /// <summary>Brings entries until a lane has written some itself: the log's own thread is awake now and then.</summary>
    private async Task WriteOnTheLaneAsync()
    {
        Thread? wrote = null;
        Action<string, string>? hang = _disk.Before;
        _disk.Before = (operation, path) =>
        {
            wrote = operation == "datasync" ? Thread.CurrentThread : wrote;
            hang!(operation, path);
        };
        Thread lane;
        int tries = 0;
        do
        {
            lane = Bring(Append());
            Assert.True(lane.Join(Limit));
            await AcknowledgedAsync();
        }
        while (wrote != lane && ++tries < 1000);
        Assert.Same(lane, wrote);
    }

    private Thread Bring(Message message)
    {
        Thread lane = new(() => ((IPeerReceiver)_node).OnMessages([message])) { IsBackground = true };
        lane.Start();
        return lane;
    }

    private Message Append() => new()
    {
        Type = MessageType.AppendEntries,
        To = 2,
        From = 1,
        Term = 2,
        Index = _last,
        LogTerm = _last == 3 ? 1ul : 2,
        Commit = 3,
        Entries = [new Entry(2, ++_last, EntryType.Normal, new byte[] { 1 })],
    };

    private int Count(MessageType type) => _leader.Messages.Count(message => message.Type == type);

    private Task AcknowledgedAsync() => Eventually.TrueAsync(
        () => _leader.Messages.Any(message => message.Type == MessageType.AppendEntriesResponse && message.Index == _last), Limit, () => $"{_last} is not acknowledged");
}
