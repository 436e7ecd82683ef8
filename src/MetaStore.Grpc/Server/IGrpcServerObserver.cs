namespace MetaStore.Grpc.Server;

/// <summary>
/// Counts what the server does. Called on the call's own thread, several at once; must not block or throw. Counters can
/// live in arrays, since <see cref="ServiceMethod.Index"/> is dense.
/// </summary>
public interface IGrpcServerObserver
{
    /// <summary>A call to a known method arrived.</summary>
    void OnCallStarted(ServiceMethod method);

    /// <summary>A message arrived.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="bytes">Its length on the wire, without the five bytes of framing.</param>
    void OnMessageReceived(ServiceMethod method, int bytes);

    /// <summary>A message was handed to the connection.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="bytes">Its length on the wire, without the five bytes of framing.</param>
    void OnMessageSent(ServiceMethod method, int bytes);

    /// <summary>A call ended.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="code">What it ended with.</param>
    /// <param name="elapsed">Time since its arrival.</param>
    void OnCallEnded(ServiceMethod method, StatusCode code, TimeSpan elapsed);
}
