using System.Net;
using Google.Protobuf;

namespace MetaStore.Grpc.Client;

/// <summary>A request body of one message.</summary>
internal sealed class OneMessageContent : HttpContent
{
    private readonly IMessage _message;
    private readonly bool _compress;
    private readonly int _maxBytes;

    public OneMessageContent(IMessage message, bool compress, int maxBytes)
    {
        _message = message;
        _compress = compress;
        _maxBytes = maxBytes;
        Headers.ContentType = GrpcMediaType.Value;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var frame = new RequestFrame(_message, _compress, _maxBytes);
        await stream.WriteAsync(frame.Memory, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
