using System.Net;
using System.Net.Sockets;
using MetaStore.IO.Native;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Listening.InProcess;

/// <summary>Connections from within the process, over pairs of sockets that only it has. Kestrel serves them as those of its other addresses.</summary>
/// <remarks>
/// They do not count against the limit of connections. Sockets and not pipes in memory: Kestrel's transport and the client's then are those of every
/// other connection, with their rules for a close on either side. Any thread.
/// </remarks>
internal sealed class InProcessTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    private readonly SocketConnectionContextFactory _connections = new(new SocketConnectionFactoryOptions(), NullLogger.Instance);
    private readonly TaskCompletionSource<InProcessListener> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is InProcessEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = new InProcessListener(endpoint);
        _listening.SetResult(listener);
        return ValueTask.FromResult<IConnectionListener>(listener);
    }

    /// <summary>Opens a connection; waits until the member listens.</summary>
    /// <returns>The client's side, which the caller owns.</returns>
    /// <exception cref="IOException">The member has stopped, or the process has no descriptor left.</exception>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        InProcessListener listener = await _listening.Task.WaitAsync(cancellationToken);
        (Socket client, Socket server) = SocketPair.Open();
        var stream = new NetworkStream(client, ownsSocket: true);
        ConnectionContext accepted = _connections.Create(server);
        if (!listener.TryAccept(accepted))
        {
            await stream.DisposeAsync();
            await accepted.DisposeAsync();
            throw new IOException("the member has stopped");
        }

        return stream;
    }

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();
}
