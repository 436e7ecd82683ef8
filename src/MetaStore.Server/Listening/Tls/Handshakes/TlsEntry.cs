using System.IO.Pipelines;
using MetaStore.Server.Listening.Http2;
using MetaStore.Server.Listening.Tls.Clients;
using MetaStore.Server.Listening.Tls.Records;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace MetaStore.Server.Listening.Tls.Handshakes;

/// <summary>Takes over a connection after its handshake: gives the slot back and keeps the connection of a client with a certificate at hand.</summary>
internal sealed class TlsEntry(ConnectionDelegate next, TlsPort port)
{
    private static ReadOnlySpan<byte> Http2 => "h2"u8;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        connection.Features.Get<PendingHandshake>()?.Complete();
        var identity = connection.Features.Get<ClientIdentity>();
        if (identity is not null)
        {
            port.Enter(connection, identity);
        }

        try
        {
            await (connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual(Http2) == true ? ServeHttp2Async(connection) : next(connection));
        }
        finally
        {
            port.Sessions.Remove(connection);
        }
    }

    private async Task ServeHttp2Async(ConnectionContext connection)
    {
        var transport = connection.Transport;
        var tls = connection.Features.GetRequiredFeature<ISslStreamFeature>().SslStream;
        var records = new RecordWriter(tls, connection.Features.Get<IMemoryPoolFeature>()?.MemoryPool, TimeProvider.System);
        var writing = records.RunAsync();
        connection.Transport = new Pipes(new UrlAuthorityReader(transport.Input), records.Output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
            await records.Output.CompleteAsync();
            await writing;
        }
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
