using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using MetaStore.Grpc.Wire;

namespace MetaStore.Grpc.Client;

/// <summary>Messages and the final status out of one HTTP response. One reader at a time.</summary>
internal sealed class ResponseReader<T> : IDisposable
    where T : class, IMessage<T>
{
    private readonly HttpResponseMessage _response;
    private readonly MessageParser<T> _parser;
    private readonly int _maxBytes;
    private readonly CallReceipt? _receipt;
    private readonly string? _encoding;
    private readonly PipeReader? _input;

    public ResponseReader(HttpResponseMessage response, MessageParser<T> parser, int maxBytes, CallReceipt? receipt)
    {
        _response = response;
        _parser = parser;
        _maxBytes = maxBytes;
        _receipt = receipt;
        if (receipt is not null)
        {
            receipt.Headers = MetadataOf(response.Headers);
        }

        _encoding = First(response.Headers, "grpc-encoding");
        var isGrpc = response.StatusCode == HttpStatusCode.OK &&
            response.Content.Headers.ContentType?.MediaType?.StartsWith(GrpcMediaType.Value.MediaType!, StringComparison.OrdinalIgnoreCase) == true;
        if (isGrpc && First(response.Headers, "grpc-status") is null)
        {
            _input = PipeReader.Create(response.Content.ReadAsStream());
        }
    }

    /// <summary>The status of a response that has no messages, only an error; null for any other.</summary>
    public static Status? RefusalIn(HttpResponseMessage response) =>
        First(response.Headers, "grpc-status") is { } text && StatusCodeText.TryParse(text, out var code) && code != StatusCode.OK
            ? StatusIn(response.Headers, code)
            : null;

    /// <summary>The answer of a unary call, after its status was seen to be OK.</summary>
    public async ValueTask<T> ReadOnlyMessageAsync(CancellationToken cancellationToken)
    {
        var message = await ReadAsync(cancellationToken)
            ?? throw new RpcException(StatusCode.Internal, "the server answered OK without a message");
        if (await ReadAsync(cancellationToken) is not null)
        {
            throw new RpcException(StatusCode.Internal, "the server sent more than one message");
        }

        return message;
    }

    /// <summary>The next message, or null at the end of an OK call.</summary>
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        while (_input is not null)
        {
            var result = await _input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            switch (MessageFrame.TryRead(ref buffer, _maxBytes, out var payload, out var compressed, out var error))
            {
                case FrameResult.Message:
                    var message = Parse(payload, compressed);
                    _input.AdvanceTo(buffer.Start);
                    return message;
                case FrameResult.Malformed:
                    throw new RpcException(error);
                default:
                    if (result.IsCompleted)
                    {
                        var truncated = !buffer.IsEmpty;
                        _input.AdvanceTo(buffer.Start, buffer.End);
                        Finish(truncated);
                        return null;
                    }

                    _input.AdvanceTo(buffer.Start, buffer.End);
                    break;
            }
        }

        Finish(truncated: false);
        return null;
    }

    public void Dispose() => _input?.Complete();

    private T Parse(ReadOnlySequence<byte> payload, bool compressed)
    {
        if (compressed)
        {
            var status = MessageEncoding.IsCompressing(_encoding)
                ? MessageEncoding.TryInflate(payload, _maxBytes, out payload)
                : FrameErrors.CompressedWithoutEncoding;
            if (!status.IsOK)
            {
                throw new RpcException(status);
            }
        }

        try
        {
            return _parser.ParseFrom(payload);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new RpcException(StatusCode.Internal, $"grpc: failed to unmarshal the received message: {e.Message}");
        }
    }

    /// <summary>Returns when the status is OK and throws it otherwise.</summary>
    private void Finish(bool truncated)
    {
        // A trailers-only answer has the status among the headers.
        HttpHeaders source = _input is null ? _response.Headers : _response.TrailingHeaders;
        var trailers = MetadataOf(source);
        if (_receipt is not null)
        {
            _receipt.Trailers = trailers;
        }

        if (First(source, "grpc-status") is not { } text || !StatusCodeText.TryParse(text, out var code))
        {
            var status = _response.StatusCode;
            throw new RpcException(status == HttpStatusCode.OK
                ? new Status(StatusCode.Internal, "the server closed the stream without a grpc-status")
                : new Status(TransportErrors.OfHttpStatus(status), $"unexpected HTTP status code received from server: {(int)status}"));
        }

        if (code != StatusCode.OK)
        {
            throw new RpcException(StatusIn(source, code)) { Trailers = trailers };
        }

        if (truncated)
        {
            throw new RpcException(FrameErrors.Truncated);
        }
    }

    private static Status StatusIn(HttpHeaders source, StatusCode code) => new(code, PercentEncoding.Decode(First(source, "grpc-message") ?? ""));

    private static string? First(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static Metadata MetadataOf(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            if (HeaderMetadata.IsReserved(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                if (!HeaderMetadata.TryAdd(metadata, name, value))
                {
                    throw new RpcException(StatusCode.Internal, $"malformed binary metadata \"{value}\" in header \"{name}\"");
                }
            }
        }

        return metadata;
    }
}
