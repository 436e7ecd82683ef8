using System.Buffers;
using System.Collections.Concurrent;
using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Committed;

namespace MetaStore.Consensus.Nodes;

/// <summary>The apply side of MetaStore's node, with the waiting callers by id.</summary>
internal sealed class MetaStoreHost(AppliedEntries applied)
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<bool>> _waiting = new();
    private Role _role;

    /// <summary>Completes when the id is applied, or is known not to be acknowledged.</summary>
    public Task<bool> WaitFor(long id)
    {
        TaskCompletionSource<bool> waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = waiter;
        return waiter.Task;
    }

    /// <summary>The id was not accepted.</summary>
    public void GiveUp(long id) => Settle(id, acknowledged: false);

    /// <summary>Starts the thread that applies what the node commits; it ends with the node.</summary>
    public void Run(RaftNode node)
    {
        node.Leadership.Observer = OnLeadership;
        new Thread(() =>
        {
            while (node.Committed.Take(Timeout.InfiniteTimeSpan) is { } group)
            {
                foreach (var work in group)
                {
                    Apply(work as CommittedBatch ?? throw new InvalidOperationException("no member makes snapshots here"));
                    node.ReportApplied(((CommittedBatch)work).LastIndex);
                }
            }
        }) { Name = "apply", IsBackground = true }.Start();
    }

    private void Apply(CommittedBatch batch)
    {
        foreach (var entry in batch.Entries)
        {
            if (entry.Type == EntryType.Normal)
            {
                Settle(applied.Apply(new ReadOnlySequence<byte>(entry.Data)), acknowledged: true);
            }
        }
    }

    private void OnLeadership(SoftState soft, ulong term)
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
