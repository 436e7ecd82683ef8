using System.Runtime.InteropServices;

namespace MetaStore.Testing.Processes;

/// <summary>Sends signals to processes that a test has started, by process id.</summary>
public static partial class Signals
{
    /// <summary>SIGHUP, which reloads the settings.</summary>
    public const int Hangup = 1;

    /// <summary>SIGINT, as sent by Ctrl-C.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    /// <summary>SIGCONT.</summary>
    public const int Continue = 18;

    /// <summary>SIGSTOP.</summary>
    public const int Stop = 19;

    /// <summary>Sends a signal; ignores that the process may have exited.</summary>
    public static void Send(int processId, int signal) => _ = SendNative(processId, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendNative(int processId, int signal);
}
