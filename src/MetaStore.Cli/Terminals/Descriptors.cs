using System.Runtime.InteropServices;

namespace MetaStore.Cli.Terminals;

/// <summary>Properties of the descriptors 0 to 2.</summary>
internal static partial class Descriptors
{
    private const int GetFlags = 1; // F_GETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC

    private const ulong GetWindowSizeLinux = 0x5413; // TIOCGWINSZ
    private const ulong GetWindowSizeMac = 0x4008_7468;

    /// <summary>
    /// Whether the process was started with this descriptor open. A closed one may be in use now: the runtime opens pipes, which get the lowest free
    /// numbers. Those are close-on-exec, which an inherited descriptor never is.
    /// </summary>
    public static bool IsOpen(int descriptor) => Control(descriptor, GetFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0;

    /// <summary>The size of the terminal of a descriptor; null when it is not a terminal.</summary>
    public static TerminalSize? SizeOf(int descriptor)
    {
        if (IsTerminal(descriptor) == 0)
        {
            return null;
        }

        var size = default(WindowSize);
        var asked = Control(descriptor, OperatingSystem.IsMacOS() ? GetWindowSizeMac : GetWindowSizeLinux, ref size);
        return asked == 0 && size is { Columns: > 0, Rows: > 0 } ? new TerminalSize(size.Columns, size.Rows) : TerminalSize.Usual;
    }

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, ulong request, ref WindowSize size);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);

    /// <summary>struct winsize.</summary>
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsAcross;
        public ushort PixelsDown;
    }
}
