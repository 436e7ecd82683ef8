using MetaStore.IO;

namespace MetaStore.Server.Apply;

/// <summary>Everybody whom one group of entries has answered: one thread-pool work item wakes them one after the other.</summary>
/// <remarks>
/// A hop per call would cost more than the rest of the answer. A group larger than <see cref="Capacity"/> is split, so that on many cores
/// a long group is answered by several threads. Instances are reused; filled by the apply thread, then owned by the work item.
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

    /// <summary>Hands the batch over; its waiters are woken there.</summary>
    public void Dispatch(BackgroundWork background) => background.Queue(this);

    void IThreadPoolWorkItem.Execute()
    {
        for (int i = 0; i < _count; i++)
        {
            _waiters[i].Complete();
        }

        Array.Clear(_waiters, 0, _count);
        _count = 0;
        _pool.Return(this);
    }
}
