using System.Net;
using System.Net.Sockets;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Socket options of peer connections.</summary>
internal static class PeerSocket
{
    private const int TcpLevel = 6;
    private const int TcpUserTimeout = 18;

    /// <summary>No delay for small frames; a broken path is detected in seconds instead of minutes.</summary>
    public static void Configure(Socket socket, TimeSpan stallTimeout)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 2);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(TcpLevel, TcpUserTimeout, BitConverter.GetBytes((int)stallTimeout.TotalMilliseconds));
        }
    }

    /// <summary>
    /// Enables a keepalive probe per second from now on: a restarted machine answers with a reset, a lost one not at all.
    /// </summary>
    public static void ProbeSoon(Socket socket)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 1);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended meanwhile, which answers the question.
        }
    }

    /// <summary>Address of the other side with and without its port; a dash when it is gone already.</summary>
    public static (string Text, IPAddress Address) RemoteOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint is IPEndPoint remote ? (remote.ToString(), remote.Address) : ("-", IPAddress.None);
        }
        catch (SocketException)
        {
            return ("-", IPAddress.None);
        }
    }

    /// <summary>Closes a connection so that a thread blocked on it returns.</summary>
    public static void Close(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Not connected any more, as intended.
        }

        socket.Dispose();
    }
}
