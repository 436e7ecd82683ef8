using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Tests.Transport;
using MetaStore.Raft.Runtime.Transport.InMemory;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Runtime.Tests.Node.Rig;

/// <summary>One member with a real log and real snapshot files; can be stopped and started again on the same disk.</summary>
internal sealed class TestMember(ulong id, string folder, InMemoryPeerNetwork network, InitialMember[] members, long logMemoryBytes) : IAsyncDisposable
{
    private WriteAheadLog? _wal;

    public ulong Id { get; } = id;

    public LogSink Log { get; } = new();

    public RaftNode Node { get; private set; } = null!;

    public TestHost Host { get; private set; } = null!;

    public SnapshotStore Snapshots { get; private set; } = null!;

    public bool IsRunning => _wal is not null;

    public bool IsLeader => IsRunning && Node.Leadership.Role == Role.Leader;

    public void Start()
    {
        string walFolder = Path.Combine(folder, "wal");
        Snapshots = SnapshotStore.Open(Path.Combine(folder, "snap"), TestCluster.ClusterId);
        _wal = WriteAheadLog.Open(
            new WalOptions { Directory = walFolder, ClusterId = TestCluster.ClusterId, NodeId = Id, SegmentBytes = 256 << 10, FirstSegmentBytes = 64 << 10 },
            out WalRecovery recovery);
        if (recovery.IsNew && members.Length > 0)
        {
            recovery = NodeBootstrap.NewCluster(_wal, recovery, members);
        }

        Host = new TestHost();
        if (recovery.Marker is { } marker)
        {
            Host.Restore(marker, Snapshots.Open(marker.Index)!);
        }

        RaftNodeOptions options = new()
        {
            NodeId = Id,
            ClusterId = TestCluster.ClusterId,
            HeartbeatInterval = TimeSpan.FromMilliseconds(20),
            ElectionTimeout = TimeSpan.FromMilliseconds(300),
            JitterSeed = (int)Id,
            CatchUpEntries = 10,
            LogMemoryBytes = logMemoryBytes,
            UnappliedEntriesMax = 200,
        };
        Node = new RaftNode(options, _wal, recovery, Snapshots, network.Join(Id), TimeProvider.System, Log);
        Host.Run(Node);
        Node.Start();
    }

    public async Task StopAsync()
    {
        if (_wal is { } wal)
        {
            _wal = null;
            await Node.DisposeAsync();
            wal.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
