using System.Collections.Concurrent;
using MetaStore.IO;

namespace MetaStore.Server.Apply;

/// <summary>Collects the waiters of a group and completes them when the group is published: one thread-pool work item completes many.</summary>
/// <remarks>
/// A work item per call would cost more than the rest of the response. A group larger than <see cref="BatchWaiters"/> is split, so that with many cores a
/// long group is completed by several threads. Thread: <see cref="Add"/> and <see cref="Dispatch"/> belong to one thread.
/// </remarks>
internal sealed class CompletionBatchPool(BackgroundWork background)
{
    private const int BatchWaiters = 512;

    private readonly ConcurrentQueue<Batch> _spare = new();
    private readonly List<Batch> _group = [];

    /// <summary>Adds a waiter to the group. It is not completed before <see cref="Dispatch"/>.</summary>
    public void Add(ICompletable waiter)
    {
        if (_group.Count == 0 || _group[^1].IsFull)
        {
            _group.Add(_spare.TryDequeue(out Batch? spare) ? spare : new Batch(this));
        }

        _group[^1].Add(waiter);
    }

    /// <summary>Completes all waiters added since the last call.</summary>
    public void Dispatch()
    {
        foreach (Batch batch in _group)
        {
            background.Queue(batch);
        }

        _group.Clear();
    }

    /// <summary>Filled by the apply thread, then owned by the work item, which returns it.</summary>
    private sealed class Batch(CompletionBatchPool pool) : IThreadPoolWorkItem
    {
        private readonly ICompletable[] _waiters = new ICompletable[BatchWaiters];
        private int _count;

        public bool IsFull => _count == BatchWaiters;

        public void Add(ICompletable waiter) => _waiters[_count++] = waiter;

        void IThreadPoolWorkItem.Execute()
        {
            AfterCompletion.Begin();
            try
            {
                for (int i = 0; i < _count; i++)
                {
                    _waiters[i].Complete();
                }
            }
            finally
            {
                AfterCompletion.End();
            }

            Array.Clear(_waiters, 0, _count);
            _count = 0;
            pool._spare.Enqueue(this);
        }
    }
}

/// <summary>A call that waits for the apply loop and can be completed on a thread-pool thread.</summary>
internal interface ICompletable
{
    /// <summary>Runs the waiter's continuation on this thread.</summary>
    void Complete();
}
