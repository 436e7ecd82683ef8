using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Calls.Framing;

/// <summary>
/// A request's body as Grpc.AspNetCore reads it, with a check of the five-byte prefix of each message: what grpc-go would reject is rejected here,
/// with its code and text, before the message is buffered. A disconnected client is reported the same way wherever it is noticed.
/// </summary>
/// <remarks>
/// The prefix is a flag (1 = compressed) and a big-endian length. Source: "gRPC over HTTP/2", Length-Prefixed-Message. Nothing is copied.
/// Belongs to one call and is reused with it.
/// </remarks>
internal sealed class MessageBody : PipeReader, IRequestBodyPipeFeature
{
    private const int HeaderBytes = 5;

    private PipeReader _inner = null!;
    private ReadOnlySequence<byte> _shown;
    private bool _isOneMessage;
    private bool _isCompressing;
    private int _maxBytes;
    private int _messages;

    // Offset of the next message's prefix from the first byte that is not consumed.
    private long _nextHeader;

    /// <inheritdoc/>
    PipeReader IRequestBodyPipeFeature.Reader => this;

    /// <summary>Starts reading another body.</summary>
    /// <param name="inner">Kestrel's reader.</param>
    /// <param name="isOneMessage">The call takes exactly one message.</param>
    /// <param name="isCompressing">The encoding of the call allows compressed messages.</param>
    /// <param name="maxBytes">Largest message, as sent.</param>
    public void Begin(PipeReader inner, bool isOneMessage, bool isCompressing, int maxBytes)
    {
        _inner = inner;
        _isOneMessage = isOneMessage;
        _isCompressing = isCompressing;
        _maxBytes = maxBytes;
        _messages = 0;
        _nextHeader = 0;
        _shown = default;
    }

    /// <inheritdoc/>
    /// <exception cref="RpcException">A message is rejected, or the client disconnected (<see cref="StatusCode.Cancelled"/>).</exception>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> pending;
        try
        {
            // The only message of a call has usually arrived with its headers, and trying costs Kestrel less than an await that completes at once.
            if (_messages == 0 && _inner.TryRead(out ReadResult arrived))
            {
                return new ValueTask<ReadResult>(Check(arrived));
            }

            pending = _inner.ReadAsync(cancellationToken);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            throw new RpcException(CallStatuses.Cancelled);
        }

        return pending.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Check(pending.Result)) : AwaitAsync(pending);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        if (!_inner.TryRead(out result))
        {
            return false;
        }

        Check(result);
        return true;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _nextHeader -= _shown.Slice(0, consumed).Length;
        _shown = default;
        try
        {
            _inner.AdvanceTo(consumed, examined);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            throw new RpcException(CallStatuses.Cancelled);
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => _inner.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => _inner.Complete(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> pending)
    {
        try
        {
            return Check(await pending);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            throw new RpcException(CallStatuses.Cancelled);
        }
    }

    private ReadResult Check(in ReadResult result)
    {
        _shown = result.Buffer;
        Status error = Look(result);
        if (!error.IsOK())
        {
            AdvanceTo(result.Buffer.End);
            throw new RpcException(error);
        }

        return result;
    }

    private Status Look(in ReadResult result)
    {
        ReadOnlySequence<byte> buffer = result.Buffer;
        Span<byte> header = stackalloc byte[HeaderBytes];
        while (buffer.Length - _nextHeader >= HeaderBytes)
        {
            if (_isOneMessage && _messages > 0)
            {
                return FrameErrors.TooManyMessages;
            }

            buffer.Slice(_nextHeader, HeaderBytes).CopyTo(header);
            if (header[0] > 1)
            {
                return FrameErrors.BadFlag(header[0]);
            }

            long length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
            if (length > _maxBytes)
            {
                return FrameErrors.TooLarge(length, _maxBytes);
            }

            if (header[0] == 1 && !_isCompressing)
            {
                return FrameErrors.CompressedWithoutEncoding;
            }

            _nextHeader += HeaderBytes + length;
            _messages++;
        }

        return result.IsCompleted ? LookAtEnd(buffer.Length)
            : _isOneMessage && _messages > 0 && buffer.Length > _nextHeader ? FrameErrors.TooManyMessages
            : Status.DefaultSuccess;
    }

    private Status LookAtEnd(long length) =>
        length == _nextHeader ? (_isOneMessage && _messages == 0 ? FrameErrors.NoMessage : Status.DefaultSuccess)
        : length > _nextHeader && _isOneMessage && _messages > 0 ? FrameErrors.TooManyMessages
        : FrameErrors.Truncated;

    /// <summary>How Kestrel reports that the client reset the stream or disconnected. Any use of the body may throw it, even advancing in bytes that have arrived.</summary>
    private static bool IsGone(Exception exception) => exception is ConnectionAbortedException or IOException;
}
