using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls.Responses;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>The messages of a streaming method as lines of <c>{"result":...}</c>.</summary>
internal sealed class JsonResponseStream(HttpResponse response) : IServerStreamWriter<IMessage>
{
    /// <inheritdoc/>
    public WriteOptions? WriteOptions { get; set; }

    /// <inheritdoc/>
    public Task WriteAsync(IMessage message) => WriteAsync(message, response.HttpContext.RequestAborted);

    /// <inheritdoc/>
    public async Task WriteAsync(IMessage message, CancellationToken cancellationToken)
    {
        var parts = new MessageParts();
        GatewayJson.WriteResultLine(parts, message);
        await parts.WriteToAsync(response.BodyWriter, cancellationToken);
        if ((WriteOptions?.Flags & WriteFlags.BufferHint) != WriteFlags.BufferHint)
        {
            await response.BodyWriter.FlushAsync(cancellationToken);
        }
    }
}
