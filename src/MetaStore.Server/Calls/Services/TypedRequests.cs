using Google.Protobuf;
using Grpc.Core;

namespace MetaStore.Server.Calls.Services;

/// <summary>Casts a stream of untyped messages to the type that the service method takes.</summary>
internal sealed class TypedRequests<T>(IAsyncStreamReader<IMessage> source) : IAsyncStreamReader<T>
    where T : class
{
    /// <inheritdoc/>
    public T Current => (T)source.Current;

    /// <inheritdoc/>
    public Task<bool> MoveNext(CancellationToken cancellationToken) => source.MoveNext(cancellationToken);
}
