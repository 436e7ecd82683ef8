using System.Net;
using System.Net.Sockets;

namespace MetaStore.Testing.Processes;

/// <summary>Loopback ports that nobody listens on at the moment.</summary>
public static class FreePorts
{
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
                using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                var port = ((IPEndPoint)probe.LocalEndPoint!).Port;
                if (Given.Add(port))
                {
                    ports[i++] = port;
                }
            }

            return ports;
        }
    }
}
