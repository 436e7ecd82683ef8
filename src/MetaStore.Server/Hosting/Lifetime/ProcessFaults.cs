using MetaStore.IO;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Hosting.Lifetime;

/// <summary>Handles uncaught exceptions.</summary>
/// <remarks>
/// An exception that leaves a thread, a timer or a work item ends the process with <see cref="ExitCodes.InvariantBroken"/> and one line; the runtime
/// would end it with a signal. An unobserved task exception is logged when the garbage collector finds it.
/// </remarks>
internal static class ProcessFaults
{
    /// <summary>Registers the handlers.</summary>
    public static void Report(ServerLog log)
    {
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
            FatalExit.Now(ExitCodes.InvariantBroken, $"unexpected: {unhandled.ExceptionObject}");
        TaskScheduler.UnobservedTaskException += (_, unobserved) => log.TaskDropped(unobserved.Exception);
    }
}
