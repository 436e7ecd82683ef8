using MetaStore.IO;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Server.Proposals;
using MetaStore.Simulation.Disk;

namespace MetaStore.Simulation.Nodes;

/// <summary>Settings of the product drawn by a seed's swarm.</summary>
internal static class SimSettings
{
    /// <summary>The log on the disk.</summary>
    public static WalOptions Wal(SimMachine machine, SimCluster cluster, SimDisk disk) => new()
    {
        Directory = SimProcess.WalFolder,
        ClusterId = SimProcess.ClusterId,
        NodeId = machine.Id,
        SegmentBytes = cluster.Swarm.SegmentBytes,
        FirstSegmentBytes = 16 << 10,
        MustExist = machine.HasStarted,
        Disk = disk,
        NonceSource = cluster.Random.NextUInt64,
    };

    /// <summary>The node.</summary>
    public static RaftNodeOptions Node(SimMachine machine, SimCluster cluster, BackgroundWork background, SimFatal fatal) => new()
    {
        NodeId = machine.Id,
        ClusterId = SimProcess.ClusterId,
        HeartbeatInterval = cluster.Swarm.Heartbeat,
        ElectionTimeout = cluster.Swarm.Heartbeat * cluster.Swarm.ElectionTicks,
        PreVote = cluster.Swarm.PreVote,
        JitterSeed = cluster.Random.Next(int.MaxValue),
        IdSource = cluster.Random.NextUInt64,
        AppendBytesMax = cluster.Swarm.AppendBytes,
        InflightMessagesMax = cluster.Swarm.Inflight,
        UncommittedBytesMax = cluster.Swarm.UncommittedBytes,
        CommittedEntriesMax = cluster.Swarm.CommittedEntries,
        CommittedBytesMax = cluster.Swarm.CommittedBytes,
        ReadersMax = cluster.Swarm.ReadersMax,
        CatchUpEntries = cluster.Swarm.CatchUpEntries,
        LogMemoryBytes = cluster.Swarm.LogMemoryBytes,
        Background = background,
        Fatal = fatal,
        ProposalCheck = new ForwardedProposals(),
    };
}
