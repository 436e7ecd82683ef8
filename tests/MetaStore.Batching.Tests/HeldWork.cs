using MetaStore.IO;

namespace MetaStore.Batching.Tests;

/// <summary>A thread pool that runs what is queued when the test says so.</summary>
internal sealed class HeldWork : BackgroundWork
{
    private readonly Queue<IThreadPoolWorkItem> _items = new();

    public override void Queue(IThreadPoolWorkItem item) => _items.Enqueue(item);

    public override Task Run(Action action) => throw new NotSupportedException("the batcher only queues items");

    public void RunAll()
    {
        while (_items.TryDequeue(out IThreadPoolWorkItem? item))
        {
            item.Execute();
        }
    }
}
