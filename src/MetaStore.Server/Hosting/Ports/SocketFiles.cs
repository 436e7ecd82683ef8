using System.Net.Sockets;
using MetaStore.IO;
using MetaStore.IO.Native;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Hosting.Ports;

/// <summary>Files of the Unix sockets that clients connect to.</summary>
internal static class SocketFiles
{
    /// <summary>Removes sockets left by a process that did not shut down cleanly; otherwise their addresses could not be bound again.</summary>
    /// <remarks>etcd removes any file. Here a socket with a listener, and a file that is not a socket, are kept.</remarks>
    /// <exception cref="StartException">The address is in use, or the file is not a socket (64).</exception>
    public static void RemoveStale(string flag, IEnumerable<EndpointUrl> urls)
    {
        foreach (EndpointUrl url in urls)
        {
            if (url.SocketPath is { } path && File.Exists(path) && WhyInUse(path) is { } why)
            {
                throw new StartException(ExitCodes.BadConfiguration, $"--{flag} {url.Text}: {why}");
            }
        }
    }

    private static string? WhyInUse(string path)
    {
        // A socket has no length and cannot be opened; connecting shows whether a process listens.
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return "another process listens there";
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused && SocketFile.Is(path))
        {
            File.Delete(path);
            return null;
        }
        catch (SocketException other)
        {
            return SocketFile.Is(path) ? other.Message : "the file is there and is not a socket";
        }
    }
}
