using Google.Protobuf;
using Grpc.Core;

namespace MetaStore.Server.Calls.Services;

/// <summary>Passes a service method's responses to a caller that knows them only as messages.</summary>
internal sealed class UntypedResponses<T>(IServerStreamWriter<IMessage> target) : IServerStreamWriter<T>
    where T : class
{
    /// <inheritdoc/>
    public WriteOptions? WriteOptions
    {
        get => target.WriteOptions;
        set => target.WriteOptions = value;
    }

    /// <inheritdoc/>
    public Task WriteAsync(T message) => target.WriteAsync((IMessage)message);

    /// <inheritdoc/>
    public Task WriteAsync(T message, CancellationToken cancellationToken) => target.WriteAsync((IMessage)message, cancellationToken);
}
