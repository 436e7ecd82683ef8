using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using MetaStore.Grpc.Wire;
using Microsoft.AspNetCore.Connections;

namespace MetaStore.Grpc.Server;

/// <summary>
/// Messages out of a request body. Belongs to one <see cref="ServerCall"/> and is used again with it; one reader at a time.
/// </summary>
internal sealed class RequestReader(ServerCall call)
{
    private PipeReader _input = null!;
    private string? _encoding;
    private int _maxBytes;

    /// <summary>Why the last read gave null; OK when the client simply closed its side.</summary>
    public Status Error { get; private set; }

    public void Begin(PipeReader input, string? encoding, int maxBytes)
    {
        _input = input;
        _encoding = encoding;
        _maxBytes = maxBytes;
        Error = default;
    }

    /// <summary>The one message of a unary or server-streaming call. Null means <see cref="Error"/>, never a plain end.</summary>
    public ValueTask<T?> ReadOnlyMessageAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        // The common case: headers and data arrived together and nothing has to be awaited.
        if (TryRead(out var result) && TakeOnly(result, parser, out var message))
        {
            return new ValueTask<T?>(message);
        }

        return ReadOnlySlowAsync(parser);
    }

    /// <summary>The next message of a stream; null at its end or with <see cref="Error"/> set.</summary>
    public async ValueTask<T?> ReadNextMessageAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        while (Error.IsOK)
        {
            var result = await ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            switch (MessageFrame.TryRead(ref buffer, _maxBytes, out var payload, out var compressed, out var error))
            {
                case FrameResult.Message:
                    var message = Parse(payload, compressed, parser);
                    Advance(buffer.Start, buffer.Start);
                    return message;
                case FrameResult.Malformed:
                    Advance(buffer.End, buffer.End);
                    Error = error;
                    return null;
                default:
                    if (result.IsCompleted)
                    {
                        Error = buffer.IsEmpty ? default : FrameErrors.Truncated;
                        Advance(buffer.End, buffer.End);
                        return null;
                    }

                    Advance(buffer.Start, buffer.End);
                    break;
            }
        }

        return null;
    }

    private async ValueTask<T?> ReadOnlySlowAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        while (true)
        {
            var result = await ReadAsync(CancellationToken.None);
            if (TakeOnly(result, parser, out var message))
            {
                return message;
            }
        }
    }

    /// <summary>Judges what has arrived so far of a call that takes one message.</summary>
    /// <returns>False when more must be read; then the buffer is marked as examined.</returns>
    private bool TakeOnly<T>(ReadResult result, MessageParser<T> parser, out T? message)
        where T : class, IMessage<T>
    {
        message = null;
        var buffer = result.Buffer;
        var frame = MessageFrame.TryRead(ref buffer, _maxBytes, out var payload, out var compressed, out var error);
        if (frame == FrameResult.Malformed)
        {
            Error = error;
        }
        else if (frame == FrameResult.Message && !buffer.IsEmpty)
        {
            Error = FrameErrors.TooManyMessages;
        }
        else if (!result.IsCompleted)
        {
            // Even a whole message waits for the end of the stream: only then is it known to be the only one.
            Advance(result.Buffer.Start, result.Buffer.End);
            return false;
        }
        else if (frame == FrameResult.Incomplete)
        {
            Error = buffer.IsEmpty ? FrameErrors.NoMessage : FrameErrors.Truncated;
        }
        else
        {
            message = Parse(payload, compressed, parser);
        }

        Advance(result.Buffer.End, result.Buffer.End);
        return true;
    }

    private T? Parse<T>(ReadOnlySequence<byte> payload, bool compressed, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        call.CountReceived((int)payload.Length);
        if (compressed)
        {
            Error = MessageEncoding.IsCompressing(_encoding)
                ? MessageEncoding.TryInflate(payload, _maxBytes, out payload)
                : FrameErrors.CompressedWithoutEncoding;
            if (!Error.IsOK)
            {
                return null;
            }
        }

        try
        {
            return payload.IsSingleSegment ? parser.ParseFrom(payload.FirstSpan) : parser.ParseFrom(payload);
        }
        catch (InvalidProtocolBufferException e)
        {
            Error = FrameErrors.BadMessage(e.Message);
            return null;
        }
    }

    private bool TryRead(out ReadResult result)
    {
        try
        {
            return _input.TryRead(out result);
        }
        catch (Exception e) when (IsGone(e))
        {
            throw new RpcException(Status.Cancelled, e);
        }
    }

    private async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var pending = _input.ReadAsync(cancellationToken);
            return pending.IsCompletedSuccessfully ? pending.Result : await pending;
        }
        catch (Exception e) when (IsGone(e))
        {
            throw new RpcException(Status.Cancelled, e);
        }
    }

    private void Advance(SequencePosition consumed, SequencePosition examined)
    {
        try
        {
            _input.AdvanceTo(consumed, examined);
        }
        catch (Exception e) when (IsGone(e))
        {
            throw new RpcException(Status.Cancelled, e);
        }
    }

    /// <summary>
    /// How Kestrel reports a client that reset the stream or vanished. Any use of the body may throw it, even moving on in
    /// bytes that are there.
    /// </summary>
    private static bool IsGone(Exception exception) => exception is ConnectionAbortedException or IOException;
}
