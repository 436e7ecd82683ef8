using MetaStore.Raft.Runtime.Observability;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Background;

/// <summary>Observes work that is started once and not awaited: its failure is logged.</summary>
public static class SupervisedTask
{
    /// <summary>Observes a task. Cancellation is not a failure.</summary>
    /// <param name="name">For the log.</param>
    /// <param name="task">The work, already started.</param>
    /// <param name="logger">Receives its failure.</param>
    public static void Observe(string name, Task task, ILogger logger) => _ = ObserveAsync(name, task, logger);

    private static async Task ObserveAsync(string name, Task task, ILogger logger)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // Requested by the canceller.
        }
        catch (Exception failure)
        {
            logger.TaskFailed(name, failure);
        }
    }
}
