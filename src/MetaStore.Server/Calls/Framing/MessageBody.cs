using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Calls.Framing;

/// <summary>
/// A request's body on its way to Grpc.AspNetCore, with an eye on the five bytes that begin each message: what grpc-go would refuse is refused here, with
/// its code and text, before the message is buffered. A client that is gone looks the same wherever it is noticed.
/// </summary>
/// <remarks>
/// The five bytes are a flag (1 = compressed) and a big-endian length. Source: "gRPC over HTTP/2", Length-Prefixed-Message. Nothing is copied. Belongs to
/// one call and is used again with it.
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

    // Where the next message's header begins, counted from the first byte that is not consumed.
    private long _nextHeader;

    /// <inheritdoc/>
    PipeReader IRequestBodyPipeFeature.Reader => this;

    /// <summary>Starts with another body.</summary>
    /// <param name="inner">Where it is read.</param>
    /// <param name="isOneMessage">The call takes exactly one message.</param>
    /// <param name="isCompressing">The encoding of the call allows compressed messages.</param>
    /// <param name="maxBytes">Largest message, as it travels.</param>
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
    /// <exception cref="RpcException">What has come is refused, or the client is gone (<see cref="StatusCode.Cancelled"/>).</exception>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> pending;
        try
        {
            // The only message of a call is mostly there with its headers, and looking costs Kestrel less than a wait that is over at once.
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

    /// <summary>How Kestrel reports a client that reset the stream or vanished. Any use of the body may throw it, even moving on in bytes that are there.</summary>
    private static bool IsGone(Exception exception) => exception is ConnectionAbortedException or IOException;
}
