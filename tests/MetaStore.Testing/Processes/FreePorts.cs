using System.Net;
using System.Net.Sockets;

namespace MetaStore.Testing.Processes;

/// <summary>Loopback ports that nobody listens on at the moment.</summary>
/// <remarks>From below the range out of which the kernel takes the ports of outgoing connections: one of those would be taken again before a server listens on it.</remarks>
public static class FreePorts
{
    private const int First = 10_000;
    private const int End = 32_000;
    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Given = [];

    /// <summary>Picks distinct ports and never gives the same one twice in this process.</summary>
    public static int[] Take(int count)
    {
        lock (Gate)
        {
            var ports = new int[count];
            for (var i = 0; i < count;)
            {
                // Several test processes choose at the same time, so the choice is by chance and not the lowest that is free.
                var port = Random.Shared.Next(First, End);
                if (IsFree(port) && Given.Add(port))
                {
                    ports[i++] = port;
                }
            }

            return ports;
        }
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
