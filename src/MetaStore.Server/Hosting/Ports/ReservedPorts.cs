using System.Net;
using System.Net.Sockets;
using MetaStore.IO;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MetaStore.Server.Hosting.Ports;

/// <summary>All addresses of this node, bound before anything is written: a port in use must not leave a half-created member.</summary>
/// <remarks>
/// A reserved port refuses connections like one without a listener: while a node reads a long log, clients go on to another member at once.
/// The kernel rejects other processes that bind or listen there meanwhile.
/// </remarks>
internal sealed class ReservedPorts : IDisposable
{
    private readonly List<Socket> _sockets = [];
    private readonly HashSet<string> _addresses = new(StringComparer.Ordinal);

    private readonly bool _isShared;

    private ReservedPorts(bool isShared) => _isShared = isShared;

    /// <summary>Binds the client, metrics and peer addresses.</summary>
    /// <param name="member">The configured addresses.</param>
    /// <param name="isShared">Other processes may listen on the same addresses (<c>--socket-reuse-port</c>).</param>
    /// <exception cref="StartException">An address is in use, not local or not permitted (64).</exception>
    public static ReservedPorts Of(MemberOptions member, bool isShared)
    {
        var ports = new ReservedPorts(isShared);
        try
        {
            ports.Reserve("listen-client-urls", member.ListenClientUrls);
            ports.Reserve("listen-client-http-urls", member.ListenClientHttpUrls);
            ports.Reserve("listen-metrics-urls", member.ListenMetricsUrls);
            ports.Reserve("listen-peer-urls", member.ListenPeerUrls[..1]);
            return ports;
        }
        catch
        {
            ports.Dispose();
            throw;
        }
    }

    /// <summary>Transfers the socket of an address to the caller, which listens on it and closes it.</summary>
    /// <param name="address">As configured; port 0 takes the first socket reserved for it.</param>
    public Socket Take(EndPoint address)
    {
        if (address is not IPEndPoint at)
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        }

        Socket socket = _sockets.First(reserved => IsFor(reserved, at));
        _sockets.Remove(socket);
        if (!_isShared)
        {
            PortReservation.Release(socket);
        }

        return socket;
    }

    /// <summary>Closes the sockets that were not taken.</summary>
    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _sockets.Clear();
    }

    private static bool IsFor(Socket reserved, IPEndPoint address)
    {
        var bound = (IPEndPoint)reserved.LocalEndPoint!;
        return bound.Address.Equals(address.Address) && (bound.Port == address.Port || address.Port == 0);
    }

    private void Reserve(string flag, EndpointUrl[] urls)
    {
        // A Unix socket cannot be reserved without a file that clients find, but a listening process can be detected.
        SocketFiles.RemoveStale(flag, urls);
        foreach (EndpointUrl url in urls.Where(url => url.SocketPath is null && (url.Port == 0 || _addresses.Add(url.Address))))
        {
            try
            {
                IPEndPoint address = RuntimeOptions.EndPoint(url);
                _sockets.Add(_isShared ? ListenSockets.Shared(address) : PortReservation.Bind(address));
            }
            catch (SocketException refused)
            {
                throw new StartException(ExitCodes.BadConfiguration, $"--{flag} {url.Text}: cannot listen there: {refused.Message}", refused);
            }
        }
    }
}
