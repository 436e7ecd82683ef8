using DotNext.Net.Cluster.Consensus.Raft.StateMachine;

namespace MetaStore.Consensus.Nodes;

/// <summary>Applies what DotNext's log commits; has no snapshots, so that a restart applies all again.</summary>
internal sealed class DotNextMachine(AppliedEntries applied) : IStateMachine
{
    ISnapshot? ISnapshotManager.Snapshot => null;

    ValueTask ISnapshotManager.ReclaimGarbageAsync(long watermark, CancellationToken token) => ValueTask.CompletedTask;

    ValueTask<long> IStateMachine.ApplyAsync(LogEntry entry, CancellationToken token)
    {
        if (!entry.IsConfiguration && entry.TryGetPayload(out var payload))
        {
            applied.Apply(payload);
        }

        return ValueTask.FromResult(entry.Index);
    }
}
