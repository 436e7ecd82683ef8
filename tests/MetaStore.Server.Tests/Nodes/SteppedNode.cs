using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Nodes;

/// <summary>A real node without a thread: the test runs its turns. Its log is durable at once, its peers are those that the test names.</summary>
internal sealed class SteppedNode : IWriteAheadLog, ISnapshotSource, IDisposable
{
    public const ulong Self = 1;

    public SteppedNode(TimeProvider time, params ulong[] voters)
    {
        RaftNodeOptions options = new()
        {
            NodeId = Self,
            ClusterId = 0xC1,
            JitterSeed = 1,
            PreVote = false,
            Background = new InlineWork(),
            OnEntriesLost = reason => throw new InvalidOperationException(reason),
        };
        WalRecovery recovery = NodeBootstrap.Begin(new WalRecovery(), [.. voters.Select(voter => new InitialMember(voter, default))]);
        Node = new RaftNode(options, this, recovery, this, Peers, time, NullLogger.Instance);
        Node.StartStepped(static () => { });
    }

    public RaftNode Node { get; }

    public NamedPeers Peers { get; } = new();

    /// <summary>Markers of snapshots that this node wrote into its log.</summary>
    public List<SnapshotMetadata> Markers { get; } = [];

    /// <summary>Runs until nothing is left to do.</summary>
    public void Run()
    {
        for (int turn = 0; turn < 20; turn++)
        {
            Assert.True(Node.RunOnce());
        }
    }

    /// <summary>Wins an election; the given voters vote for it.</summary>
    public void Lead(params ulong[] voters)
    {
        Run();
        Report();
        Node.Campaign();
        Run();
        foreach (ulong voter in voters)
        {
            Hear(new Message { Type = MessageType.RequestVoteResponse, From = voter, To = Self, Term = Node.Progress.Term });
        }

        Report();
        Assert.NotEqual(0ul, Node.Leadership.LeadingTerm);
    }

    /// <summary>A message of a peer arrives.</summary>
    public void Hear(Message message)
    {
        ((IPeerReceiver)Node).OnMessages(new ReadOnlySpan<Message>(in message));
        Run();
    }

    /// <summary>Reports everything that is committed as applied.</summary>
    public void Report()
    {
        _ = Node.Committed.Take(TimeSpan.Zero);
        Node.ReportApplied(Node.Progress.HandedOut);
        Run();
    }

    public void Dispose() => Node.DisposeAsync().AsTask().GetAwaiter().GetResult();

    void IWriteAheadLog.Append(WalAppend append)
    {
        if (append is { Marker: { } marker, Source: null })
        {
            Markers.Add(marker);
        }

        append.Completion?.OnDurable(append);
    }

    void IWriteAheadLog.TruncatePrefix(ulong index)
    {
    }

    IReadOnlyList<Entry>? IWriteAheadLog.Read(ulong low, ulong high, long maxBytes) => throw new NotSupportedException("all entries are in memory");

    OutgoingSnapshot? ISnapshotSource.Open(SnapshotMetadata snapshot, string acceptedFormats) => null;

    bool ISnapshotSource.Has(SnapshotMetadata snapshot) => false;

    ReceivedSnapshot ISnapshotSource.Receive(SnapshotMetadata snapshot, Stream container, long length) => new(null, default, "none are taken");

    bool ISnapshotSource.IsReceived(SnapshotMetadata snapshot) => false;

    string ISnapshotSource.PathOf(SnapshotMetadata snapshot) => "";

    void ISnapshotSource.DeleteOlder(ulong before, int keep)
    {
    }

    private sealed class InlineWork : BackgroundWork
    {
        public override void Queue(IThreadPoolWorkItem item) => item.Execute();

        public override Task Run(Action action)
        {
            action();
            return Task.CompletedTask;
        }
    }
}
