using Google.Protobuf;

namespace MetaStore.Grpc.Server;

/// <summary>The request side of one call on the wire.</summary>
internal sealed class ServerRequestStream<T>(ServerCall call, MessageParser<T> parser) : IRequestStream<T>
    where T : class, IMessage<T>
{
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken = default)
    {
        var message = await call.Reader.ReadNextMessageAsync(parser, cancellationToken);
        if (message is null && !call.Reader.Error.IsOK)
        {
            throw new RpcException(call.Reader.Error);
        }

        return message;
    }
}
