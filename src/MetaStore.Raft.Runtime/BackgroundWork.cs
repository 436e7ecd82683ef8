namespace MetaStore.Raft.Runtime;

/// <summary>Where work goes that must not run on the thread that found it: the thread pool, or a simulator's own queue.</summary>
/// <remarks>Thread: any. Nothing queued here may block for long, and nothing may depend on the order of two pieces.</remarks>
public abstract class BackgroundWork
{
    /// <summary>The thread pool.</summary>
    public static BackgroundWork ThreadPool { get; } = new Pool();

    /// <summary>Runs an item some time soon; allocates nothing.</summary>
    public abstract void Queue(IThreadPoolWorkItem item);

    /// <summary>Runs an action some time soon.</summary>
    /// <returns>Completes with it; carries its exception.</returns>
    public abstract Task Run(Action action);

    private sealed class Pool : BackgroundWork
    {
        public override void Queue(IThreadPoolWorkItem item) =>
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);

        public override Task Run(Action action) => Task.Run(action);
    }
}
