using System.Net;
using Google.Protobuf;

namespace MetaStore.Grpc.Client;

/// <summary>A request body that stays open while the caller writes messages into it. One writer at a time.</summary>
internal sealed class MessageStreamContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _compress;
    private readonly int _maxBytes;
    private int _begun;

    public MessageStreamContent(bool compress, int maxBytes)
    {
        _compress = compress;
        _maxBytes = maxBytes;
        Headers.ContentType = GrpcMediaType.Value;
    }

    public async ValueTask WriteAsync(IMessage message, bool flush, CancellationToken cancellationToken)
    {
        var stream = await _stream.Task.WaitAsync(cancellationToken);
        using var frame = new RequestFrame(message, _compress, _maxBytes);
        await stream.WriteAsync(frame.Memory, cancellationToken);
        if (flush)
        {
            await stream.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Ends the body; the server sees the client's side closed.</summary>
    public void Complete() => _completed.TrySetResult();

    /// <summary>Fails writers that wait for a request which could not be sent.</summary>
    public void Abort(Exception reason)
    {
        FailWriters(reason);
        _completed.TrySetResult();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _begun, 1) != 0)
        {
            // .NET would send a refused request again, and the writers hold the stream of the first time: nobody would ever write into this one.
            throw new IOException("the call was refused, and what was written to it cannot be sent again");
        }

        // Without a flush the headers would wait for the first message, and a watcher may never send a second one.
        try
        {
            await stream.FlushAsync(cancellationToken);
        }
        catch (Exception e)
        {
            // A server that refuses the call at once may have ended it by now. The response tells, but not those who wait to write.
            FailWriters(e);
            throw;
        }

        _stream.TrySetResult(stream);
        await _completed.Task.WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private void FailWriters(Exception reason)
    {
        if (_stream.TrySetException(reason))
        {
            _ = _stream.Task.Exception;
        }
    }
}
