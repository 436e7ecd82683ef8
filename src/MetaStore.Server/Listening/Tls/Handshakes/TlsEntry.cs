using System.IO.Pipelines;
using MetaStore.Server.Listening.Http2;
using MetaStore.Server.Listening.Tls.Clients;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace MetaStore.Server.Listening.Tls.Handshakes;

/// <summary>Takes over a connection after its handshake: gives the slot back and keeps the connection of a client with a certificate at hand.</summary>
internal sealed class TlsEntry(ConnectionDelegate next, TlsPort port)
{
    private static ReadOnlySpan<byte> Http2 => "h2"u8;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        connection.Features.Get<PendingHandshake>()?.Complete();
        var transport = connection.Transport;
        if (connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual(Http2) == true)
        {
            connection.Transport = new Pipes(new UrlAuthorityReader(transport.Input), transport.Output);
        }

        var identity = connection.Features.Get<ClientIdentity>();
        if (identity is not null)
        {
            port.Enter(connection, identity);
        }

        try
        {
            await next(connection);
        }
        finally
        {
            port.Sessions.Remove(connection);
            connection.Transport = transport;
        }
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
