using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Calls;

/// <summary>
/// Observes calls for metrics. Called on the call's own thread, concurrently; must not block or throw. Counters can
/// be kept in arrays, since <see cref="ServiceMethod.Index"/> is dense.
/// </summary>
internal interface ICallObserver
{
    /// <summary>A call to a known method arrived.</summary>
    void OnCallStarted(ServiceMethod method);

    /// <summary>A message arrived.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="bytes">Its length on the wire, without the five bytes of framing.</param>
    void OnMessageReceived(ServiceMethod method, int bytes);

    /// <summary>A message was passed to the connection.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="bytes">Its length on the wire, without the five bytes of framing.</param>
    void OnMessageSent(ServiceMethod method, int bytes);

    /// <summary>A method with one request and one response has finished; its response is not written yet. The messages belong to the call.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="call">The call.</param>
    /// <param name="request">The request.</param>
    /// <param name="response">The response; null when the call failed, and for one that is already encoded unless <see cref="LooksAtResponse"/>.</param>
    /// <param name="status">The status of the call.</param>
    /// <param name="elapsed">Time since its arrival.</param>
    void OnUnaryHandled(ServiceMethod method, ServerCall call, IMessage request, IMessage? response, Status status, TimeSpan elapsed)
    {
    }

    /// <summary>True when the response of a call that took so long is looked at: one that is already encoded is decoded for it.</summary>
    bool LooksAtResponse(TimeSpan elapsed) => false;

    /// <summary>A call has finished whose messages are not shown: a stream, or one that was refused before its message was read.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="call">The call.</param>
    /// <param name="status">The status of the call.</param>
    void OnHandled(ServiceMethod method, ServerCall call, Status status)
    {
    }

    /// <summary>A call ended.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="code">The status code.</param>
    /// <param name="elapsed">Time since its arrival.</param>
    void OnCallEnded(ServiceMethod method, StatusCode code, TimeSpan elapsed);
}
