using System.Buffers.Binary;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Discovery;
using MetaStore.Raft.Storage;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Consensus.Nodes;

/// <summary>
/// A member made of MetaStore's node, log and peer transport with the server's defaults: the whole write path except gRPC,
/// batcher and store.
/// </summary>
internal sealed class MetaStoreNode : IConsensusNode
{
    private const ulong ClusterId = 0x6d65_7461;

    private readonly DataDirectory _directory;
    private readonly WriteAheadLog _wal;
    private readonly RaftNode _node;
    private readonly MetaStoreHost _host;
    private readonly NodeSettings _settings;

    public MetaStoreNode(NodeSettings settings, AppliedEntries applied)
    {
        _settings = settings;
        var id = (ulong)settings.Id;
        _directory = DataDirectory.Open(settings.Directory, ClusterId, id);
        _wal = WriteAheadLog.Open(_directory.WalOptions, out var recovery);
        if (recovery.Marker is null && recovery.LastIndex == 0)
        {
            recovery = NodeBootstrap.NewCluster(_wal, recovery, [.. Enumerable.Range(1, settings.Ports.Length).Select(member => new InitialMember((ulong)member, default))]);
        }

        _host = new MetaStoreHost(applied);
        TcpPeerTransport transport = new(
            new TcpPeerTransportOptions { NodeId = id, ClusterId = ClusterId, Listen = settings.Address(settings.Id), Members = Members, Acknowledged = member => _node!.AcknowledgedBy(member) },
            NullLogger.Instance);
        RaftNodeOptions options = new() { NodeId = id, ClusterId = ClusterId, ElectionTimeout = NodeSettings.ElectionTimeout };
        _node = new RaftNode(options, _wal, recovery, SnapshotStore.Open(_directory), transport, TimeProvider.System, NullLogger.Instance);
    }

    public bool IsLeader => _node.Leadership.Role == Role.Leader;

    public Task StartAsync()
    {
        foreach (var other in Enumerable.Range(1, _settings.Ports.Length).Where(id => id != _settings.Id))
        {
            _node.AddPeer((ulong)other, [Url(other)]);
        }

        _host.Run(_node);
        _node.Start();
        return Task.CompletedTask;
    }

    public async ValueTask<bool> ReplicateAsync(ReadOnlyMemory<byte> entry)
    {
        var id = BinaryPrimitives.ReadInt64LittleEndian(entry.Span);
        var acknowledged = _host.WaitFor(id);
        if (!_node.TryPropose(new NumberedProposal(_host, id, entry)))
        {
            _host.GiveUp(id);
        }

        return await acknowledged;
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _wal.Dispose();
        _directory.Dispose();
    }

    private Uri Url(int id) => new($"http://{_settings.Address(id)}");

    private IReadOnlyList<ClusterMember> Members() =>
        [.. Enumerable.Range(1, _settings.Ports.Length).Select(id => new ClusterMember((ulong)id, $"n{id}", [Url(id).ToString()], IsLearner: false))];
}
