namespace MetaStore.IO;

/// <summary>Runs work that must not run on the calling thread: on the thread pool, or in a simulator's own queue.</summary>
/// <remarks>Thread: any. Work queued here must not block for long, and must not depend on the order of two items.</remarks>
public abstract class BackgroundWork
{
    /// <summary>The thread pool.</summary>
    public static BackgroundWork ThreadPool { get; } = new Pool();

    /// <summary>Queues an item; allocates nothing.</summary>
    public abstract void Queue(IThreadPoolWorkItem item);

    /// <summary>Queues an action.</summary>
    /// <returns>Completes with it; carries its exception.</returns>
    public abstract Task Run(Action action);

    private sealed class Pool : BackgroundWork
    {
        public override void Queue(IThreadPoolWorkItem item) =>
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);

        public override Task Run(Action action) => Task.Run(action);
    }
}
