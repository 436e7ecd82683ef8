using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MetaStore.Server.Gateway.Json;

namespace MetaStore.Server.Gateway;

/// <summary>The JSON values of a request body in order, each a message. White space between them is ignored.</summary>
/// <remarks>
/// As in etcd's gateway, an invalid value ends a stream as if the body ended, unless it is the first. Not safe for concurrent reads.
/// </remarks>
/// <param name="body">Read incrementally, so that a client may write while it reads responses.</param>
/// <param name="method">The method of the messages.</param>
/// <param name="maxMessageBytes">Maximum size of a message as protobuf; its text may be twice as long.</param>
internal sealed class JsonRequestStream(PipeReader body, MethodDescriptor method, int maxMessageBytes) : IAsyncStreamReader<IMessage>
{
    private IMessage? _current;

    private readonly JsonScanner _scanner = new();
    private long _scanned;
    private bool _hasBegun;
    private bool _hasEnded;

    /// <inheritdoc/>
    public IMessage Current => _current ?? throw new InvalidOperationException("there is no message");

    /// <summary>Maximum size of a value as text: base64 takes four bytes for three.</summary>
    private long MaxTextBytes => 2L * maxMessageBytes;

    /// <inheritdoc/>
    /// <exception cref="RpcException">
    /// The text is not JSON, does not fit the message or is truncated (InvalidArgument, Unknown for the first of a stream), or the message is too
    /// large (ResourceExhausted).
    /// </exception>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (_hasEnded)
        {
            return false;
        }

        try
        {
            _current = await NextAsync(cancellationToken);
            _hasBegun = true;
            return _current is not null;
        }
        catch (RpcException unfit) when (unfit.StatusCode == StatusCode.InvalidArgument && method.IsClientStreaming)
        {
            _hasEnded = true;
            return _hasBegun ? false : throw new RpcException(new Status(StatusCode.Unknown, unfit.Status.Detail));
        }
    }

    private async ValueTask<IMessage?> NextAsync(CancellationToken cancellationToken)
    {
        _scanner.Reset();
        _scanned = 0;
        while (true)
        {
            ReadResult read = await body.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = read.Buffer;
            JsonScanner.Step step = Scan(buffer);
            if (step == JsonScanner.Step.Last || step == JsonScanner.Step.After || (read.IsCompleted && _scanner.IsWhole))
            {
                return Take(buffer);
            }

            RpcException? failed = step == JsonScanner.Step.Wrong ? JsonTypeError.Invalid(_scanner.Error)
                : _scanned > MaxTextBytes ? TooLarge(_scanned, MaxTextBytes)
                : read.IsCompleted && !_scanner.IsBlank ? JsonTypeError.Invalid("unexpected EOF")
                : null;
            if (failed is not null)
            {
                // Kestrel cannot reuse the connection unless the reader was advanced.
                body.AdvanceTo(buffer.End);
                throw failed;
            }

            if (_scanner.IsBlank)
            {
                body.AdvanceTo(buffer.End);
                _scanned = 0;
                if (read.IsCompleted)
                {
                    return null;
                }
            }
            else
            {
                body.AdvanceTo(buffer.Start, buffer.End);
            }
        }
    }

    /// <summary>Scans the bytes that have arrived since the last call; the value then ends after <see cref="_scanned"/> bytes.</summary>
    private JsonScanner.Step Scan(in ReadOnlySequence<byte> buffer)
    {
        foreach (ReadOnlyMemory<byte> part in buffer.Slice(_scanned))
        {
            JsonScanner.Step step = _scanner.Push(part.Span, out int count);
            _scanned += count;
            if (step != JsonScanner.Step.More)
            {
                _scanned += step == JsonScanner.Step.Last ? 1 : 0;
                return step;
            }
        }

        return JsonScanner.Step.More;
    }

    private IMessage Take(in ReadOnlySequence<byte> buffer)
    {
        ReadOnlySequence<byte> value = buffer.Slice(0, _scanned);
        try
        {
            IMessage message = MessageReader.Read(value.IsSingleSegment ? value.First : value.ToArray(), method.InputType);
            int bytes = message.CalculateSize();
            return bytes <= maxMessageBytes ? message : throw TooLarge(bytes, maxMessageBytes);
        }
        finally
        {
            body.AdvanceTo(value.End);
        }
    }

    private static RpcException TooLarge(long bytes, long max) => new(new Status(
        StatusCode.ResourceExhausted, string.Create(CultureInfo.InvariantCulture, $"grpc: received message larger than max ({bytes} vs. {max})")));
}
