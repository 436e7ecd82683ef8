using Google.Protobuf;
using Grpc.Core;

namespace MetaStore.Server.Calls.Services;

/// <summary>Gives a stream of untyped messages the type the service method wants.</summary>
internal sealed class TypedRequests<T>(IAsyncStreamReader<IMessage> source) : IAsyncStreamReader<T>
    where T : class
{
    /// <inheritdoc/>
    public T Current => (T)source.Current;

    /// <inheritdoc/>
    public Task<bool> MoveNext(CancellationToken cancellationToken) => source.MoveNext(cancellationToken);
}
