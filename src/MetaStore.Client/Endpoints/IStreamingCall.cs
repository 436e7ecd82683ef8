namespace MetaStore.Client.Endpoints;

/// <summary>An open call: one writer and one reader at a time. Disposing it ends the call.</summary>
internal interface IStreamingCall<TRequest, TResponse> : IAsyncDisposable
    where TResponse : class
{
    /// <summary>Sends a message. Throws <see cref="Grpc.RpcException"/> when the call is over.</summary>
    ValueTask WriteAsync(TRequest message, CancellationToken cancellation);

    /// <summary>Closes the client's side.</summary>
    ValueTask CompleteAsync();

    /// <summary>The next message, or null when the server ended the call with OK. Throws <see cref="Grpc.RpcException"/>.</summary>
    ValueTask<TResponse?> ReadAsync(CancellationToken cancellation);
}
