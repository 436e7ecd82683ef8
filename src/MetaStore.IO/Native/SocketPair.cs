using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace MetaStore.IO.Native;

/// <summary>Two connected stream sockets without an address, so that no other process can connect to them. Source: socketpair(2).</summary>
public static class SocketPair
{
    private const int Unix = 1;
    private const int StreamThatIsClosedOnExec = 1 | 0x80000;

    /// <summary>Opens a pair; the caller owns both.</summary>
    /// <exception cref="IOException">The system refuses, as when the process has no descriptor left.</exception>
    public static (Socket First, Socket Second) Open()
    {
        Span<int> descriptors = stackalloc int[2];
        if (LibC.SocketPair(Unix, StreamThatIsClosedOnExec, 0, ref descriptors[0]) != 0)
        {
            throw new IOException("socketpair: " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }

        return (Of(descriptors[0]), Of(descriptors[1]));
    }

    private static Socket Of(int descriptor) => new(new SafeSocketHandle(descriptor, ownsHandle: true));
}
