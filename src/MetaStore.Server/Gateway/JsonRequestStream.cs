using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MetaStore.Grpc;

namespace MetaStore.Server.Gateway;

/// <summary>The JSON values of a request body, one after the other, each a message. White space between them does not matter.</summary>
/// <param name="body">Read as it comes, so that a client may go on writing while it reads answers.</param>
/// <param name="type">Of every message.</param>
/// <param name="maxBytes">Of one value as text.</param>
internal sealed class JsonRequestStream(PipeReader body, MessageDescriptor type, int maxBytes) : IRequestStream<IMessage>
{
    /// <summary>Texts up to this long are looked at whole whenever something comes.</summary>
    private const int ShortBytes = 1024;

    private JsonValueEnd _end;
    private long _lookedAt;

    /// <inheritdoc/>
    /// <exception cref="RpcException">The text is no JSON, does not fit the message, is cut off or too long (InvalidArgument).</exception>
    public async ValueTask<IMessage?> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ReadResult read = await body.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = read.Buffer;
            if (TryTakeValue(ref buffer, read.IsCompleted, out ReadOnlySequence<byte> value, out string? malformed))
            {
                (_end, _lookedAt) = (default, 0);
                try
                {
                    return GatewayJson.Parse(value.IsSingleSegment ? value.FirstSpan : value.ToArray(), type);
                }
                finally
                {
                    body.AdvanceTo(buffer.Start);
                }
            }

            malformed ??= buffer.Length > maxBytes ? "etcdserver: request is too large" : null;
            if (malformed is not null)
            {
                // Kestrel cannot use the connection again unless the reader was advanced.
                body.AdvanceTo(read.Buffer.End);
                throw new RpcException(StatusCode.InvalidArgument, malformed);
            }

            if (read.IsCompleted)
            {
                bool isRest = !buffer.IsEmpty;
                body.AdvanceTo(read.Buffer.End);
                return isRest ? throw new RpcException(StatusCode.InvalidArgument, "unexpected EOF") : null;
            }

            body.AdvanceTo(buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Finds the first whole value; <paramref name="buffer"/> then starts behind it, else behind the white space in front.</summary>
    private bool TryTakeValue(
        ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> value, out string? malformed)
    {
        value = default;
        malformed = null;
        var space = new SequenceReader<byte>(buffer);
        space.AdvancePastAny(" \t\r\n"u8);
        buffer = space.UnreadSequence;
        if (buffer.IsEmpty)
        {
            return false;
        }

        if (!IsWorthALook(buffer, isLast))
        {
            return false;
        }

        // Only one value is looked at; whatever follows belongs to the next read.
        var json = new Utf8JsonReader(buffer, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { AllowMultipleValues = true }));
        try
        {
            if (!json.Read() || !json.TrySkip())
            {
                return false;
            }
        }
        catch (JsonException e)
        {
            malformed = e.Message;
            return false;
        }

        // A number at the very end may go on in bytes that are still to come.
        if (json.TokenType == JsonTokenType.Number && !isLast && json.BytesConsumed == buffer.Length)
        {
            return false;
        }

        value = buffer.Slice(0, json.BytesConsumed);
        buffer = buffer.Slice(json.BytesConsumed);
        return true;
    }

    /// <summary>
    /// Whether reading the text from its beginning again may tell something new: it is whole, or twice as long as last time. Otherwise a long
    /// value in small pieces would cost the square of its length.
    /// </summary>
    private bool IsWorthALook(in ReadOnlySequence<byte> buffer, bool isLast)
    {
        if (!isLast && buffer.Length > ShortBytes && !_end.IsIn(buffer) && buffer.Length < 2 * _lookedAt)
        {
            return false;
        }

        _lookedAt = buffer.Length;
        return true;
    }
}
