using MetaStore.IO;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Hosting.Lifetime;

/// <summary>What is done with exceptions that nothing else has caught.</summary>
/// <remarks>
/// One that leaves a thread, a timer or a work item ends the process with <see cref="ExitCodes.InvariantBroken"/> and one line; the runtime would
/// end it with a signal. One of a task that was dropped without a look at it is logged, when the garbage collector finds it.
/// </remarks>
internal static class ProcessFaults
{
    /// <summary>Listens from now on.</summary>
    public static void Report(ServerLog log)
    {
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
            FatalExit.Now(ExitCodes.InvariantBroken, $"unexpected: {unhandled.ExceptionObject}");
        TaskScheduler.UnobservedTaskException += (_, unobserved) => log.TaskDropped(unobserved.Exception);
    }
}
