using System.Buffers;
using System.Collections.Concurrent;
using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Committed;

namespace MetaStore.Consensus.Nodes;

/// <summary>The apply side of MetaStore's node, with the waiting callers by id.</summary>
internal sealed class MetaStoreHost(AppliedEntries applied) : IStateMachineHost
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<bool>> _waiting = new();
    private Role _role;

    public RaftNode? Node { get; set; }

    /// <summary>Completes when the id is applied, or is known not to be acknowledged.</summary>
    public Task<bool> WaitFor(long id)
    {
        TaskCompletionSource<bool> waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = waiter;
        return waiter.Task;
    }

    /// <summary>The id was not accepted.</summary>
    public void GiveUp(long id) => Settle(id, acknowledged: false);

    public void OnCommitted(CommittedBatch batch)
    {
        foreach (var entry in batch.Entries)
        {
            if (entry.Type == EntryType.Normal)
            {
                Settle(applied.Apply(new ReadOnlySequence<byte>(entry.Data)), acknowledged: true);
            }
        }

        Node!.ReportApplied(batch.LastIndex);
    }

    public void OnSnapshotInstalled(SnapshotMetadata meta, string file) =>
        throw new InvalidOperationException("no member makes snapshots here");

    public void OnLeadership(SoftState soft, ulong term)
    {
        if (_role == Role.Leader && soft.Role != Role.Leader)
        {
            foreach (var id in _waiting.Keys)
            {
                GiveUp(id);
            }
        }

        _role = soft.Role;
    }

    private void Settle(long id, bool acknowledged)
    {
        if (_waiting.TryRemove(id, out var waiter))
        {
            waiter.SetResult(acknowledged);
        }
    }
}
