using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace MetaStore.Server.Listening.Http2;

/// <summary>
/// Leaves an HTTP/2 connection open after Kestrel has sent its last frame, until the client closes it or <see cref="Patience"/> has passed.
/// </summary>
/// <remarks>
/// Kestrel closes the socket right after the trailers and GOAWAY. A client that still has something to send then reads a reset, and .NET's fails calls
/// whose trailers it has received but not yet passed on: they end with INTERNAL instead of their status. A client closes the connection itself after
/// GOAWAY, once it has no call left (RFC 9113, 6.8). Runs after the protocol was chosen.
/// </remarks>
internal sealed class LingeringClose(ConnectionDelegate next, TimeProvider time)
{
    /// <summary>Shorter than what a stop of the member waits for its connections.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static ReadOnlySpan<byte> Http2 => "h2"u8;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        if (connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual(Http2) != true)
        {
            await next(connection);
            return;
        }

        var transport = connection.Transport;
        var held = new HeldPipe(transport);
        connection.Transport = held;
        try
        {
            await next(connection);
            await ClosedByClientAsync(connection.ConnectionClosed);
        }
        finally
        {
            connection.Transport = transport;
            held.CompleteInner();
        }
    }

    /// <summary>What the client sends meanwhile stays in the transport's buffer, which has a limit.</summary>
    private async Task ClosedByClientAsync(CancellationToken closed)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = closed.UnsafeRegister(static end => ((TaskCompletionSource)end!).TrySetResult(), end);
        await using var timer = time.CreateTimer(static end => ((TaskCompletionSource)end!).TrySetResult(), end, Patience, Timeout.InfiniteTimeSpan);
        await end.Task;
    }
}
