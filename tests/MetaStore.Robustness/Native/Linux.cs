using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MetaStore.Robustness.Native;

/// <summary>System calls used to inject faults. Each throws <see cref="Win32Exception"/> with errno on failure.</summary>
internal static unsafe partial class Linux
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int NewNetwork = 0x40000000;

    public static int Open(string path, bool writes) => Checked(OpenFile(path, writes ? ReadWrite : ReadOnly), "open " + path);

    public static void Close(int file) => _ = CloseFile(file);

    /// <summary>Bytes read; 0 or less at the end or when the file was closed.</summary>
    public static int Read(int file, Span<byte> target)
    {
        fixed (byte* start = target)
        {
            return (int)ReadFile(file, start, (nuint)target.Length);
        }
    }

    /// <summary>Writes once; bytes that are not accepted are lost, as on a network.</summary>
    public static void Send(int file, ReadOnlySpan<byte> packet)
    {
        fixed (byte* start = packet)
        {
            _ = WriteFile(file, start, (nuint)packet.Length);
        }
    }

    public static void Control(int file, nuint request, Span<byte> argument)
    {
        fixed (byte* start = argument)
        {
            Checked(IoControl(file, request, start), "ioctl");
        }
    }

    /// <summary>Moves the calling thread into a network namespace.</summary>
    public static void EnterNetwork(int file) => Checked(SetNamespace(file, NewNetwork), "setns");

    private static int Checked(int result, string what) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{what}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int file);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(int file, byte* target, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(int file, byte* source, nuint count);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(int file, nuint request, byte* argument);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int file, int kind);
}
