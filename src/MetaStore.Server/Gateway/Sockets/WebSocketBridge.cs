using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using MetaStore.Server.Budgets;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway.Sockets;

/// <summary>One gateway call over a WebSocket: client messages are the request body, each line of the response is a message to the client.</summary>
/// <remarks>
/// As grpc-websocket-proxy does in front of etcd's gateway: a line end is added to each message, values may span messages, text and binary are
/// equivalent. The call ends with the socket and the socket with the call; the server then sends a close frame.
/// </remarks>
/// <param name="socket">Accepted; owned by the caller.</param>
/// <param name="maxMessageBytes">Maximum size of a client message including all its frames; a larger one closes the socket with 1009.</param>
internal sealed class WebSocketBridge(WebSocket socket, long maxMessageBytes)
{
    private const int ReadBytes = 4096;

    /// <summary>How long a client may take to read the remaining messages and to answer a close frame.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly Pipe _requests = new();
    private readonly Pipe _responses = new();

    /// <summary>Runs <paramref name="handler"/> on a request made from <paramref name="upgrade"/> until it or the client ends.</summary>
    public async Task RunAsync(HttpContext upgrade, Func<HttpContext, Task> handler)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(upgrade.RequestAborted);
        HttpContext call = ProxiedRequest.Make(upgrade, _requests.Reader.AsStream(), _responses.Writer.AsStream(), ending);
        Task reading = ReadAsync(ending);
        Task writing = WriteAsync(ending);
        try
        {
            await handler(call);
        }
        finally
        {
            await _responses.Writer.CompleteAsync();
            await writing;

            // Input is read and dropped until the client closes too: unread bytes would reset the connection, and the response with it.
            await _requests.Reader.CompleteAsync();
            ending.CancelAfter(CloseTimeout);

            // A time limit of its own: the call's token has fired already when the client closed first, and its close frame is to be answered.
            using var closing = new CancellationTokenSource(CloseTimeout);
            await CloseAsync(closing.Token);
            await reading;
        }
    }

    /// <summary>Reads until the client closes, violates the protocol or disconnects; each of these ends the call.</summary>
    private async Task ReadAsync(CancellationTokenSource ending)
    {
        long length = 0;
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult received = await socket.ReceiveAsync(_requests.Writer.GetMemory(ReadBytes), ending.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                length += received.Count;
                if (length > maxMessageBytes)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, "message too big", ending.Token);
                    break;
                }

                _requests.Writer.Advance(received.Count);
                if (received.EndOfMessage)
                {
                    length = 0;
                    _requests.Writer.Write("\n"u8);
                }

                await _requests.Writer.FlushAsync(ending.Token);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // Nothing more can be sent to the client; the call is aborted.
        }
        finally
        {
            await ending.CancelAsync();
            await _requests.Writer.CompleteAsync();
        }
    }

    private async Task WriteAsync(CancellationTokenSource ending)
    {
        PipeReader lines = _responses.Reader;
        try
        {
            while (true)
            {
                ReadResult read = await lines.ReadAsync(ending.Token);
                ReadOnlySequence<byte> rest = read.Buffer;
                while (rest.PositionOf((byte)'\n') is { } lineEnd)
                {
                    await SendAsync(rest.Slice(0, lineEnd), ending.Token);
                    rest = rest.Slice(rest.GetPosition(1, lineEnd));
                }

                if (read.IsCompleted)
                {
                    await SendAsync(rest, ending.Token);
                    break;
                }

                lines.AdvanceTo(rest.Start, rest.End);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            await ending.CancelAsync();
        }
        finally
        {
            await lines.CompleteAsync();
        }
    }

    /// <summary>Sends one line as one frame: clients of this proxy do not join frames.</summary>
    private async Task SendAsync(ReadOnlySequence<byte> line, CancellationToken ending)
    {
        if (line.IsEmpty)
        {
            return;
        }

        if (line.IsSingleSegment)
        {
            await socket.SendAsync(line.First, WebSocketMessageType.Text, endOfMessage: true, ending);
            return;
        }

        byte[] joined = LargeArrays.Pool.Rent((int)line.Length);
        try
        {
            line.CopyTo(joined);
            await socket.SendAsync(joined.AsMemory(0, (int)line.Length), WebSocketMessageType.Text, endOfMessage: true, ending);
        }
        finally
        {
            LargeArrays.Pool.Return(joined);
        }
    }

    /// <summary>Sends the close frame, with the client's own code when it closed first.</summary>
    private async Task CloseAsync(CancellationToken ending)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }

        try
        {
            await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, null, ending);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            socket.Abort();
        }
    }
}
