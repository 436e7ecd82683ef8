using System.Net;
using System.Net.Sockets;

namespace MetaStore.Server.Hosting.Ports;

/// <summary>A TCP port that is ours and refuses connections until it is listened on.</summary>
/// <remarks>
/// Linux: a socket that listened and was shut down keeps its port (a plain bound one does not: .NET sets SO_REUSEADDR, with which
/// others may bind it too, and the loser learns of it when it listens). Without SO_REUSEADDR on it no other process can listen there.
/// </remarks>
internal static class PortReservation
{
    private const int SolSocket = 1;
    private const int SoReuseAddress = 2;

    /// <summary>Binds and keeps the port.</summary>
    /// <exception cref="SocketException">In use, not of this machine, not permitted.</exception>
    public static Socket Bind(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Kestrel does: the wildcard of IPv6 takes IPv4 too.
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

    /// <summary>Makes it a bound socket as any other: connections of an earlier process that are not quite over do not hinder it.</summary>
    public static void Release(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            SetReuse(socket, 1);
        }
    }

    private static void SetReuse(Socket socket, int value) => socket.SetRawSocketOption(SolSocket, SoReuseAddress, BitConverter.GetBytes(value));
}
