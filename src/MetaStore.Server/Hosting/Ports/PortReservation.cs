using System.Net;
using System.Net.Sockets;

namespace MetaStore.Server.Hosting.Ports;

/// <summary>A TCP port that is reserved and refuses connections until it is listened on.</summary>
/// <remarks>
/// Linux: a socket that listened and was shut down keeps its port (a socket that is only bound does not: .NET sets SO_REUSEADDR, with which other
/// processes may bind it too, and the conflict shows only on listen). Without SO_REUSEADDR no other process can listen there.
/// </remarks>
internal static class PortReservation
{
    private const int SolSocket = 1;
    private const int SoReuseAddress = 2;

    /// <summary>Binds and reserves the port.</summary>
    /// <exception cref="SocketException">The address is in use, not local or not permitted.</exception>
    public static Socket Bind(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Kestrel does: the IPv6 wildcard accepts IPv4 too.
            if (address.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(address);
            if (OperatingSystem.IsLinux())
            {
                socket.Listen(1);
                socket.Shutdown(SocketShutdown.Both);
                SetReuse(socket, 0);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Makes it an ordinary bound socket: lingering connections of an earlier process do not block it.</summary>
    public static void Release(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            SetReuse(socket, 1);
        }
    }

    private static void SetReuse(Socket socket, int value) => socket.SetRawSocketOption(SolSocket, SoReuseAddress, BitConverter.GetBytes(value));
}
