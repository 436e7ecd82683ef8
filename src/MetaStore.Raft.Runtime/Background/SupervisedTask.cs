using MetaStore.Raft.Runtime.Observability;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Background;

/// <summary>Work that is begun once and not awaited: its failure is logged.</summary>
public static class SupervisedTask
{
    /// <summary>Watches a task. Cancellation is no failure.</summary>
    /// <param name="name">For the log.</param>
    /// <param name="task">The work, already begun.</param>
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
            // Asked for by the one who canceled.
        }
        catch (Exception failure)
        {
            logger.TaskFailed(name, failure);
        }
    }
}
