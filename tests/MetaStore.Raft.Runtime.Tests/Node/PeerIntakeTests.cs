using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Tests.Node.Rig;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Tests.Transport;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.InMemory;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Node;

/// <summary>Invalid messages from peers are rejected before the core, with any transport, and nothing is written to disk.</summary>
public sealed class PeerIntakeTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly InitialMember[] Members = [new(1, default), new(2, default), new(3, default)];

    private readonly FakeWal _wal = new();
    private readonly LogSink _log = new();
    private readonly RaftNode _node;

    public PeerIntakeTests()
    {
        RaftNodeOptions options = new()
        {
            NodeId = 2,
            ClusterId = 1,
            ElectionTimeout = TimeSpan.FromSeconds(60),
            ProposalCheck = new NoSevens(),
        };
        _node = new RaftNode(
            options, _wal, NodeBootstrap.Begin(new WalRecovery(), Members), new FakeSnapshots(), new InMemoryPeerNetwork().Join(2),
            TimeProvider.System, _log);
        _node.Start();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task InstallSnapshot_NotReceived_LeavesNoMarker()
    {
        Take(new Message { Type = MessageType.InstallSnapshot, To = 2, From = 1, Term = 1, Snapshot = new SnapshotMetadata(50, 1, ConfState.Of(1, 2, 3)) });

        await RefusedAsync(1);
        Assert.Equal(3ul, _node.Progress.LastIndex);
        Assert.Equal(0, _wal.Pending);
        Assert.Contains(_log.Warnings, line => line.Contains("InstallSnapshot", StringComparison.Ordinal));
    }

    [Fact]
    public async Task VoteForThisMember_InItsOwnName_IsNotCounted()
    {
        Take(new Message { Type = MessageType.RequestVoteResponse, To = 2, From = 2, Term = 1 });
        await RefusedAsync(1);
    }

    [Fact]
    public async Task Message_ForAnother_IsRefused()
    {
        Take(new Message { Type = MessageType.Heartbeat, To = 3, From = 1, Term = 1 });
        await RefusedAsync(1);
    }

    [Fact]
    public async Task Proposal_ThatTheHostCouldNotApply_IsRefusedWhileTheRestOfTheBurstIsTaken()
    {
        Take(
            new Message { Type = MessageType.Heartbeat, To = 2, From = 1, Term = 1 },
            new Message { Type = MessageType.Propose, To = 2, From = 1, Term = 1, Entries = [new Entry(0, 0, EntryType.Normal, new byte[] { 7 })] });

        await RefusedAsync(1);
        await Eventually.TrueAsync(() => _node.Leadership.Leader == 1, Limit, () => "the heartbeat was not taken");
        Assert.Contains(_log.Warnings, line => line.Contains("begins with 7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FarTerm_IsRefusedAndLoggedOnceForMany()
    {
        for (int i = 0; i < 100; i++)
        {
            Take(new Message { Type = MessageType.Heartbeat, To = 2, From = 1, Term = (1UL << 62) - 1 });
        }

        await RefusedAsync(100);
        Assert.Equal(1ul, _node.Progress.Term);
        Assert.Equal(0, _wal.Pending);
        Assert.Single(_log.Warnings, line => line.Contains("too far above", StringComparison.Ordinal));
    }

    private void Take(params Message[] messages) => ((IPeerReceiver)_node).OnMessages(messages);

    private Task RefusedAsync(long count) =>
        Eventually.TrueAsync(() => _node.Progress.RefusedMessages == count, Limit, () => $"{_node.Progress.RefusedMessages} refused");

    private sealed class NoSevens : IProposalCheck
    {
        public string? Fault(ulong from, in Entry entry) => entry.Data.Span[0] == 7 ? "it begins with 7" : null;
    }
}
