using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>Creates the core from the recovered state.</summary>
internal static class CoreFactory
{
    /// <summary>Twice as long as a leader relies on what a quorum confirmed (ADR 0054).</summary>
    private const int QuietTicks = 1;

    public static RaftCore Create(RaftNodeOptions options, WalRecovery recovery, MemoryLog log)
    {
        Random jitter = options.JitterSeed is { } seed ? new Random(seed) : new Random();
        RaftConfig config = new()
        {
            NodeId = options.NodeId,
            ElectionTicks = options.ElectionTicks,
            HeartbeatTicks = 1,
            QuietTicks = recovery.HardState.Term > NodeBootstrap.FirstTerm ? QuietTicks : 0,
            Jitter = jitter.Next,
            MaxAppendBytes = options.AppendBytesMax,
            MaxInflightMessages = options.InflightMessagesMax,
            MaxInflightBytes = options.InflightBytesMax,
            MaxUncommittedBytes = options.UncommittedBytesMax,
            MaxApplyingEntries = options.CommittedEntriesMax,
            MaxApplyingBytes = options.CommittedBytesMax,
            MaxReadsWaiting = options.ReadersMax,
            PreVote = options.PreVote,
        };

        // Applied starts at the snapshot even if the host is further: membership is a function of the log, so the core must see the changes
        // after the snapshot again. The host skips what it has applied.
        SnapshotMetadata snapshot = log.Snapshot;
        return new RaftCore(config, log, recovery.HardState, snapshot.ConfState, snapshot.Index);
    }
}
