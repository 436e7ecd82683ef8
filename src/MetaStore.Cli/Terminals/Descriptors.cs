using System.Runtime.InteropServices;

namespace MetaStore.Cli.Terminals;

/// <summary>What the descriptors 0 to 2 are.</summary>
internal static partial class Descriptors
{
    private const int GetFlags = 1; // F_GETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC

    /// <summary>
    /// Whether the process was started with this descriptor open. One that was closed may be open now all the same: the runtime opens pipes, and
    /// the system gives them the lowest free number. They are closed on exec, which nothing is that has come through one.
    /// </summary>
    public static bool IsOpen(int descriptor) => Control(descriptor, GetFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);
}
