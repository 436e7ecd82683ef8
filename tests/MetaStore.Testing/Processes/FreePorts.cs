using System.Net;
using System.Net.Sockets;

namespace MetaStore.Testing.Processes;

/// <summary>Loopback ports without a listener.</summary>
/// <remarks>
/// A port stays reserved until the process that took it ends, so that a server may stop and start again on it while other test processes
/// choose theirs: each process locks one byte per port of a shared file.
/// Ports are below the range that the kernel uses for outgoing connections, which could take a port before a server listens on it.
/// </remarks>
public static class FreePorts
{
    private const int First = 10_000;
    private const int End = 32_000;
    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Given = [];
    private static readonly FileStream Claims = new(
        Path.Combine(Path.GetTempPath(), "metastore-test-ports"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <summary>Picks distinct ports and never gives the same one twice in this process.</summary>
    public static int[] Take(int count)
    {
        lock (Gate)
        {
            var ports = new int[count];
            for (var i = 0; i < count;)
            {
                // Several test processes choose at the same time, so the choice is random, not the lowest free port.
                var port = Random.Shared.Next(First, End);
                if (!Given.Contains(port) && IsFree(port) && TryClaim(port))
                {
                    Given.Add(port);
                    ports[i++] = port;
                }
            }

            return ports;
        }
    }

    private static bool TryClaim(int port)
    {
        if (OperatingSystem.IsMacOS())
        {
            return true; // .NET has no such locks there
        }

        try
        {
            Claims.Lock(port, 1);
            return true;
        }
        catch (IOException)
        {
            return false; // another test process has it
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
