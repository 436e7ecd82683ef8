using Google.Protobuf;

namespace MetaStore.Grpc.Server;

/// <summary>Gives a stream of untyped messages the type the service method wants.</summary>
internal sealed class TypedRequestStream<T>(IRequestStream<IMessage> source) : IRequestStream<T>
    where T : class, IMessage<T>
{
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken = default) =>
        (T?)await source.ReadAsync(cancellationToken);
}
