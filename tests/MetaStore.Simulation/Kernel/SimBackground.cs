using System.Runtime.ExceptionServices;
using MetaStore.IO;

namespace MetaStore.Simulation.Kernel;

/// <summary>One node's thread pool: each work item runs as an event, in no particular order.</summary>
/// <param name="soon">Runs an action on the node soon, unless the node is dead by then.</param>
/// <param name="later">The same for long work.</param>
internal sealed class SimBackground(Action<Action> soon, Action<Action> later) : BackgroundWork
{
    public override void Queue(IThreadPoolWorkItem item) => soon(item.Execute);

    public override Task Run(Action action)
    {
        var task = new Task(action);
        later(() =>
        {
            task.RunSynchronously(TaskScheduler.Default);
            if (task.Exception?.InnerException is { } error)
            {
                ExceptionDispatchInfo.Throw(error);
            }
        });
        return task;
    }
}
