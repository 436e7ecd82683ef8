using System.Net.Sockets;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Socket options of peer connections.</summary>
internal static class PeerSocket
{
    private const int TcpLevel = 6;
    private const int TcpUserTimeout = 18;

    /// <summary>No delay for small frames, and a broken path is noticed in seconds instead of minutes.</summary>
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

    /// <summary>Address of the other side, or a dash when it is gone already.</summary>
    public static string RemoteOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint?.ToString() ?? "-";
        }
        catch (SocketException)
        {
            return "-";
        }
    }

    /// <summary>Ends a connection so that a thread blocked on it returns.</summary>
    public static void Close(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Not connected any more: what we wanted.
        }

        socket.Dispose();
    }
}
