using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Gateway.Sockets;

/// <summary>Lifetime of a call over a WebSocket: that of the socket.</summary>
internal sealed class ProxiedLifetime(CancellationTokenSource ending) : IHttpRequestLifetimeFeature
{
    /// <inheritdoc/>
    public CancellationToken RequestAborted { get; set; } = ending.Token;

    /// <inheritdoc/>
    public void Abort() => ending.Cancel();
}
