using Google.Protobuf;
using MetaStore.Grpc;
using MetaStore.Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>The messages of a streaming method as lines of <c>{"result":...}</c>.</summary>
internal sealed class JsonResponseStream(HttpResponse response) : IResponseStream<IMessage>
{
    /// <inheritdoc/>
    public async ValueTask WriteAsync(IMessage message, bool flush = true)
    {
        var parts = new MessageParts();
        GatewayJson.WriteResultLine(parts, message);
        await parts.WriteToAsync(response.BodyWriter, response.HttpContext.RequestAborted);
        if (flush)
        {
            await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
        }
    }
}
