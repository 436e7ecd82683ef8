using System.Net;
using System.Net.Sockets;

namespace MetaStore.Server.Hosting.Ports;

/// <summary>Listening sockets that share their address with other processes: <c>--socket-reuse-port</c>.</summary>
internal static class ListenSockets
{
    private const int SocketLevel = 1;
    private const int ReusePort = 15;

    /// <summary>Binds an address with SO_REUSEPORT; the kernel distributes connections over all sockets that have it.</summary>
    /// <exception cref="SocketException">The address is in use by a socket without it, or is not local.</exception>
    public static Socket Shared(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            if (OperatingSystem.IsLinux())
            {
                socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
            }

            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
