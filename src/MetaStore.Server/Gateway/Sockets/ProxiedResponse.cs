using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Gateway.Sockets;

/// <summary>The head of an answer over a WebSocket: not sent, but it has started once bytes of the body are on their way.</summary>
internal sealed class ProxiedResponse : HttpResponseFeature
{
    private bool _hasStarted;

    /// <inheritdoc/>
    public override bool HasStarted => _hasStarted;

    /// <summary>From now on the answer is that of a call in progress.</summary>
    public void Start() => _hasStarted = true;
}
