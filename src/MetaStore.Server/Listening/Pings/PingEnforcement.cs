using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace MetaStore.Server.Listening.Pings;

/// <summary>Disconnects HTTP/2 clients that ping more often than <see cref="PingPolicy"/> allows. Runs after the protocol was chosen.</summary>
internal sealed class PingEnforcement(ConnectionDelegate next, TimeSpan minTime, ListenerLog log)
{
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        var isHttp2 = connection.Features.Get<ITlsApplicationProtocolFeature>() is { } agreed && agreed.ApplicationProtocol.Span.SequenceEqual("h2"u8);
        if (!isHttp2)
        {
            await next(connection);
            return;
        }

        var calls = new ActiveCalls();
        connection.Features.Set(calls);
        var pings = new ConnectionPings(new PingPolicy(minTime, TimeProvider.System), calls);
        var transport = connection.Transport;
        connection.Transport = new Pipes(new PingCountingReader(transport.Input, pings), new GoAwayWriter(transport.Output, pings));
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
            if (pings.IsOver)
            {
                log.TooManyPings(connection.RemoteEndPoint, minTime.TotalSeconds);
            }
        }
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
