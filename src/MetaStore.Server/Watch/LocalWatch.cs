using System.Threading.Channels;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Watch.Sending;

namespace MetaStore.Server.Watch;

/// <summary>A watch of the server itself, with the same stream, limits and history reads as a client's.</summary>
internal sealed class LocalWatch : IAsyncDisposable, IServerStreamWriter<WatchResponse>
{
    private readonly Channel<WatchResponse> _responses = Channel.CreateBounded<WatchResponse>(16);
    private readonly CancellationTokenSource _end = new();
    private readonly WatchStream _stream;
    private readonly Task _sending;

    public LocalWatch(WatchDispatcher dispatcher, WatchCreateRequest request, ServerCall call)
    {
        _stream = new WatchStream(dispatcher);
        _stream.Create(request, call);
        _sending = SendAsync(new WatchSender(dispatcher, _stream, new DecodedWatchStream(this)));
    }

    /// <summary>The next response that has events.</summary>
    /// <exception cref="RpcException">The watch was cancelled: its revision was compacted.</exception>
    public async ValueTask<WatchResponse> NextAsync(CancellationToken stop)
    {
        while (true)
        {
            WatchResponse response = await _responses.Reader.ReadAsync(stop);
            if (response.Canceled)
            {
                throw new RpcException(new Status(StatusCode.Unknown, response.CancelReason.Length > 0 ? response.CancelReason : WatchErrors.Compacted));
            }

            if (response.Events.Count > 0)
            {
                return response;
            }
        }
    }

    /// <inheritdoc/>
    public WriteOptions? WriteOptions { get; set; }

    /// <inheritdoc/>
    public Task WriteAsync(WatchResponse message) => WriteAsync(message, _end.Token);

    /// <inheritdoc/>
    public Task WriteAsync(WatchResponse message, CancellationToken cancellationToken) => _responses.Writer.WriteAsync(message, cancellationToken).AsTask();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _stream.Dispose();
        await _sending;
        _end.Dispose();
    }

    private async Task SendAsync(WatchSender sender)
    {
        try
        {
            await sender.RunAsync(_end.Token);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // Disposed.
        }
        catch (Exception broken)
        {
            _responses.Writer.TryComplete(broken);
        }
    }
}
