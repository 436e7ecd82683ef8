using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Calls.Responses;

/// <summary>
/// Writes responses of Grpc.AspNetCore: to Kestrel's writer up to <see cref="MessageParts.WholeBytes"/>; bytes beyond that before a flush wait in
/// ordinary memory and are sent only as fast as the client reads them.
/// </summary>
/// <remarks>Belongs to one call and is reused with it. One writer at a time. A flush counts against what the call holds for its response.</remarks>
internal sealed class CallOutput(IHttpResponseBodyFeature inner, ServerCall call) : PipeWriter, IHttpResponseBodyFeature
{
    private PipeWriter? _writer;
    private MessageParts? _parts;
    private long _unflushed;

    /// <summary>The call of the response.</summary>
    public ServerCall Call => call;

    /// <summary>True while bytes wait that Kestrel does not have.</summary>
    public bool HasParts => _parts is not null;

    /// <inheritdoc/>
    public Stream Stream => throw new NotSupportedException("responses go through the writer");

    /// <inheritdoc/>
    PipeWriter IHttpResponseBodyFeature.Writer => this;

    /// <summary>Receives bytes that do not go to Kestrel directly.</summary>
    private MessageParts? Parts => _parts ?? (_unflushed > MessageParts.WholeBytes ? _parts = new MessageParts() : null);

    private PipeWriter Inner => _writer ??= inner.Writer;

    public void Begin() => _unflushed = 0;

    public void End()
    {
        _writer = null;
        _parts = null;
    }

    /// <summary>Writes bytes that are in parts already: a large message goes on in these without another copy, which then belong to this writer.</summary>
    public void Add(MessageParts parts)
    {
        if (_parts is null && _unflushed + parts.Length > MessageParts.WholeBytes)
        {
            _parts = parts;
        }
        else
        {
            parts.CopyTo(this);
        }
    }

    /// <summary>Writes bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Span<byte> target = GetSpan();
        if (bytes.Length <= target.Length)
        {
            bytes.CopyTo(target);
            Advance(bytes.Length);
        }
        else
        {
            BuffersExtensions.Write(this, bytes);
        }
    }

    /// <summary>Sends the remaining bytes at the end of a call.</summary>
    public ValueTask SendRestAsync() => _parts is null ? FlushInnerAsync(CancellationToken.None) : SendPartsAsync(CancellationToken.None);

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (_parts is { } parts)
        {
            parts.Advance(bytes);
            return;
        }

        Inner.Advance(bytes);
        _unflushed += bytes;
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => Parts is { } parts ? parts.GetMemory(sizeHint) : Inner.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => Parts is { } parts ? parts.GetSpan(sizeHint) : Inner.GetSpan(sizeHint);

    /// <summary>Sends the messages written so far and waits for HTTP/2 flow control.</summary>
    /// <exception cref="RpcException">The client disconnected (<see cref="StatusCode.Cancelled"/>).</exception>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_parts is null)
        {
            _unflushed = 0;
            ValueTask<FlushResult> flushed = Inner.FlushAsync(cancellationToken);
            if (flushed.IsCompletedSuccessfully)
            {
                FlushResult result = flushed.Result;
                ThrowIfGone(result);
                return new ValueTask<FlushResult>(result);
            }

            return AwaitAsync(call.WhileSendingAsync(AwaitInnerAsync(flushed)));
        }

        return AwaitAsync(call.WhileSendingAsync(SendPartsAsync(cancellationToken)));
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => Inner.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => Inner.Complete(exception);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public Task CompleteAsync() => inner.CompleteAsync();

    /// <inheritdoc/>
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("responses are messages");

    /// <inheritdoc/>
    public void DisableBuffering() => inner.DisableBuffering();

    private static async ValueTask<FlushResult> AwaitAsync(ValueTask flushed)
    {
        await flushed;
        return default;
    }

    private static async ValueTask AwaitInnerAsync(ValueTask<FlushResult> flushed) => ThrowIfGone(await flushed);

    private async ValueTask FlushInnerAsync(CancellationToken cancellationToken)
    {
        _unflushed = 0;
        await Inner.FlushAsync(cancellationToken);
    }

    private async ValueTask SendPartsAsync(CancellationToken cancellationToken)
    {
        MessageParts parts = _parts!;
        ThrowIfGone(await Inner.FlushAsync(cancellationToken));
        bool isThere = await parts.WriteToAsync(Inner, cancellationToken);
        _parts = null;
        _unflushed = 0;
        if (!isThere)
        {
            throw new RpcException(CallStatuses.Cancelled);
        }
    }

    /// <summary>A writer that checked only the abort token could spin on an aborted connection, so the result decides.</summary>
    private static void ThrowIfGone(FlushResult result)
    {
        if (result.IsCompleted || result.IsCanceled)
        {
            throw new RpcException(CallStatuses.Cancelled);
        }
    }
}
