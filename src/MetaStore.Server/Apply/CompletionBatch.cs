using MetaStore.IO;

namespace MetaStore.Server.Apply;

/// <summary>The waiters of one group of entries: one thread-pool work item completes them one after the other.</summary>
/// <remarks>
/// A work item per call would cost more than the rest of the response. A group larger than <see cref="Capacity"/> is split, so that with many
/// cores a long group is completed by several threads. Instances are reused; filled by the apply thread, then owned by the work item.
/// </remarks>
internal sealed class CompletionBatch : IThreadPoolWorkItem
{
    private const int Capacity = 512;

    private readonly CompletionBatchPool _pool;
    private readonly ICompletable[] _waiters = new ICompletable[Capacity];
    private int _count;

    public CompletionBatch(CompletionBatchPool pool) => _pool = pool;

    public bool IsFull => _count == Capacity;

    public void Add(ICompletable waiter) => _waiters[_count++] = waiter;

    /// <summary>Queues the batch to the thread pool, which completes its waiters.</summary>
    public void Dispatch(BackgroundWork background) => background.Queue(this);

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
        _pool.Return(this);
    }
}
