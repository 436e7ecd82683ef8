using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace MetaStore.Server.Listening.Http2;

/// <summary>
/// Lets HTTP/2 with prior knowledge and HTTP/1.1 share a port without TLS. Kestrel selects the protocol by ALPN, so a connection that
/// starts with the HTTP/2 preface is given features that claim ALPN agreed on h2.
/// </summary>
internal sealed class CleartextProtocolChooser(ConnectionDelegate next, TimeSpan timeout, ListenerLog log)
{
    /// <summary>No HTTP/1.1 method starts like the preface "PRI * HTTP/2.0".</summary>
    private const int DecidingBytes = 3;

    private const byte TlsHandshakeRecord = 0x16;

    private static ReadOnlySpan<byte> Preface => "PRI"u8;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        var transport = connection.Transport;
        var input = transport.Input;
        using (var patience = new CancellationTokenSource(timeout))
        {
            try
            {
                var result = await input.ReadAtLeastAsync(DecidingBytes, patience.Token);
                var isTls = !result.Buffer.IsEmpty && result.Buffer.FirstSpan[0] == TlsHandshakeRecord;
                var isHttp2 = result.Buffer.Length >= DecidingBytes && StartsWithPreface(result.Buffer);
                input.AdvanceTo(result.Buffer.Start);
                if (isTls)
                {
                    log.TlsOnCleartextPort(connection.RemoteEndPoint);
                    return;
                }

                if (isHttp2)
                {
                    connection.Features.Set<ITlsConnectionFeature>(PriorKnowledge.Instance);
                    connection.Features.Set<ITlsApplicationProtocolFeature>(PriorKnowledge.Instance);
                    connection.Transport = new Pipes(new UrlAuthorityReader(input), transport.Output);
                }
            }
            catch (OperationCanceledException)
            {
                log.SilentConnection(connection.RemoteEndPoint, timeout.TotalSeconds);
                return;
            }
            catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException)
            {
                return;
            }
        }

        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private static bool StartsWithPreface(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> first = stackalloc byte[DecidingBytes];
        buffer.Slice(0, DecidingBytes).CopyTo(first);
        return first.SequenceEqual(Preface);
    }
}
