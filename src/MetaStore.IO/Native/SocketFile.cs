using System.Runtime.InteropServices;

namespace MetaStore.IO.Native;

/// <summary>Recognizes the file of a Unix socket, which the runtime has no call for.</summary>
public static class SocketFile
{
    private const int ReadOnly = 0;

    /// <summary>O_NONBLOCK: opening a FIFO that nothing writes to would wait for a writer.</summary>
    private const int NonBlocking = 0x800;

    /// <summary>O_CLOEXEC.</summary>
    private const int CloseOnExec = 0x80000;

    /// <summary>ENXIO: the error of opening a socket as a file.</summary>
    private const int NoSuchDevice = 6;

    /// <summary>True when the path is a socket. Never waits; false when it cannot be opened for another reason.</summary>
    public static bool Is(string path)
    {
        int descriptor = LibC.Open(path, ReadOnly | NonBlocking | CloseOnExec, 0);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() == NoSuchDevice;
        }

        _ = LibC.Close(descriptor);
        return false;
    }
}
