using System.Net;
using System.Net.Sockets;
using MetaStore.Raft.Runtime.Native;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MetaStore.Server.Hosting;

/// <summary>Every address this node will listen on, bound before anything is written: a port in use must not leave a founded member.</summary>
/// <remarks>
/// A reserved port refuses connections as one without a listener does: a node that reads a long log looks to clients like one that does
/// not run, and they go to another member at once. Who binds or listens there meanwhile is refused by the kernel.
/// </remarks>
internal sealed class ReservedPorts : IDisposable
{
    private readonly List<Socket> _sockets = [];
    private readonly HashSet<string> _addresses = new(StringComparer.Ordinal);

    private readonly bool _isShared;

    private ReservedPorts(bool isShared) => _isShared = isShared;

    /// <summary>Binds the client, metrics and peer addresses.</summary>
    /// <param name="member">Names them.</param>
    /// <param name="isShared">Other processes may listen on the same addresses (<c>--socket-reuse-port</c>).</param>
    /// <exception cref="StartException">An address is in use, not of this machine or not permitted (64).</exception>
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

    /// <summary>Gives the socket of an address away; the caller listens on it and closes it.</summary>
    /// <param name="address">As configured; port 0 takes the first that was reserved for it.</param>
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

    /// <summary>Closes what was not taken.</summary>
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
        // A Unix socket cannot be reserved without a file that clients find; that nothing else listens there can be seen.
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
