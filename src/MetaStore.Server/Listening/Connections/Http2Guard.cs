using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace MetaStore.Server.Listening.Connections;

/// <summary>Connection middleware in front of Kestrel's HTTP/2: bounds the cost of one connection. HTTP/1.1 passes; Kestrel limits it.</summary>
internal sealed class Http2Guard(ConnectionDelegate next, ConnectionLimit limit, ListenerLog log)
{
    private const string Flood = "it sent too many useless frames (empty ones, resets, pings, settings)";

    private static ReadOnlySpan<byte> Http2 => "h2"u8;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        var client = new ClientConnection(connection, limit, log);
        connection.Features.Set(client);
        if (connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual(Http2) != true)
        {
            await next(connection);
            return;
        }

        var transport = connection.Transport;
        connection.Transport = new GuardedPipe(
            new GuardedInput(transport.Input, new FrameAllowance(TimeProvider.System), client.Intake, () => client.Abort(Flood)), transport.Output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    private sealed record GuardedPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
