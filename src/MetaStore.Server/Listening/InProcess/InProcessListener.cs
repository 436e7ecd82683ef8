using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace MetaStore.Server.Listening.InProcess;

/// <summary>Connections of <see cref="InProcessTransport"/> that Kestrel has not accepted yet.</summary>
internal sealed class InProcessListener(EndPoint endPoint) : IConnectionListener
{
    // Kestrel accepts in a loop that waits for nothing else.
    private readonly Channel<ConnectionContext> _waiting = Channel.CreateUnbounded<ConnectionContext>(new UnboundedChannelOptions { SingleReader = true });

    /// <inheritdoc/>
    public EndPoint EndPoint => endPoint;

    /// <summary>Passes a connection to Kestrel.</summary>
    /// <returns>False when it no longer accepts; the connection then stays the caller's.</returns>
    public bool TryAccept(ConnectionContext connection) => _waiting.Writer.TryWrite(connection);

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _waiting.Reader.WaitToReadAsync(cancellationToken) && _waiting.Reader.TryRead(out ConnectionContext? connection) ? connection : null;

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => UnbindAsync();
}
