using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MetaStore.Server.Listening.Connections;

/// <summary>
/// Kestrel's socket transport with <see cref="ConnectionLimit"/> in its accept loop. Kestrel's own limit is per address, and counts a connection only when
/// a pool thread processes it: by then any number of descriptors may be in use.
/// </summary>
internal sealed class LimitedTransport(SocketTransportFactory sockets, ConnectionLimit limit, ListenerLog log)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new LimitedListener(await sockets.BindAsync(endpoint, cancellationToken), limit, log);
}
