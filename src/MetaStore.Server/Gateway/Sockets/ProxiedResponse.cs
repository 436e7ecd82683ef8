using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Gateway.Sockets;

/// <summary>Response head of a WebSocket call: never sent, but marked as started once body bytes are written.</summary>
internal sealed class ProxiedResponse : HttpResponseFeature
{
    private bool _hasStarted;

    /// <inheritdoc/>
    public override bool HasStarted => _hasStarted;

    /// <summary>Marks the response as started.</summary>
    public void Start() => _hasStarted = true;
}
