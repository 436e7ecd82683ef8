using System.Runtime.InteropServices;

namespace MetaStore.Testing.Processes;

/// <summary>Signals to processes that a test has started, by process id.</summary>
public static partial class Signals
{
    /// <summary>SIGINT, what Ctrl-C sends.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    /// <summary>SIGCONT.</summary>
    public const int Continue = 18;

    /// <summary>SIGSTOP.</summary>
    public const int Stop = 19;

    /// <summary>Sends one; a process that has just ended is no error.</summary>
    public static void Send(int processId, int signal) => _ = SendNative(processId, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendNative(int processId, int signal);
}
