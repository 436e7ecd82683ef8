using System.Collections.Concurrent;
using MetaStore.IO;

namespace MetaStore.Server.Apply;

/// <summary>Collects the waiters of a group, completes them when the group is published, and keeps spare batches.</summary>
/// <remarks>Thread: <see cref="Add"/> and <see cref="Dispatch"/> belong to one thread; <see cref="Return"/> to any.</remarks>
internal sealed class CompletionBatchPool(BackgroundWork background)
{
    private readonly ConcurrentQueue<CompletionBatch> _spare = new();
    private readonly List<CompletionBatch> _group = [];

    /// <summary>Adds a waiter to the group. It is not completed before <see cref="Dispatch"/>.</summary>
    public void Add(ICompletable waiter)
    {
        if (_group.Count == 0 || _group[^1].IsFull)
        {
            _group.Add(_spare.TryDequeue(out CompletionBatch? spare) ? spare : new CompletionBatch(this));
        }

        _group[^1].Add(waiter);
    }

    /// <summary>Completes all waiters added since the last call.</summary>
    public void Dispatch()
    {
        foreach (CompletionBatch batch in _group)
        {
            batch.Dispatch(background);
        }

        _group.Clear();
    }

    /// <summary>Takes back a finished batch.</summary>
    public void Return(CompletionBatch batch) => _spare.Enqueue(batch);
}
