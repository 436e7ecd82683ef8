using System.Runtime.ExceptionServices;
using MetaStore.IO;

namespace MetaStore.Simulation.Kernel;

/// <summary>One node's thread pool: each piece of work runs as an event of its own, in no particular order.</summary>
/// <param name="soon">Runs an action on the node some time soon, unless the node is dead by then.</param>
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
