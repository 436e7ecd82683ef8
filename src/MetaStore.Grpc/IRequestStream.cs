namespace MetaStore.Grpc;

/// <summary>The messages a client sends in one call, in order. One reader at a time.</summary>
/// <typeparam name="T">Generated message.</typeparam>
public interface IRequestStream<T>
    where T : class
{
    /// <summary>Waits for the next message.</summary>
    /// <returns>The message, or null after the client closed its side.</returns>
    /// <exception cref="RpcException">
    /// The client sent something malformed or too large, or the call was cancelled (<see cref="StatusCode.Cancelled"/>).
    /// </exception>
    ValueTask<T?> ReadAsync(CancellationToken cancellationToken = default);
}
