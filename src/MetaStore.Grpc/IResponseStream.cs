namespace MetaStore.Grpc;

/// <summary>The messages a server sends in one call, in order. One writer at a time.</summary>
/// <typeparam name="T">Generated message.</typeparam>
public interface IResponseStream<in T>
    where T : class
{
    /// <summary>
    /// Serializes a message at once and sends it. When the client reads slowly the returned task waits for HTTP/2 flow
    /// control, so a caller that awaits it cannot pile up memory.
    /// </summary>
    /// <param name="message">Free to be changed as soon as the call returns its task.</param>
    /// <param name="flush">False gathers the message with later ones; the next flushed write or the end sends it.</param>
    /// <exception cref="RpcException">The client is gone (<see cref="StatusCode.Cancelled"/>).</exception>
    ValueTask WriteAsync(T message, bool flush = true);
}
