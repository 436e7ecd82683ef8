using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Calls;

/// <summary>
/// Counts what the server does. Called on the call's own thread, several at once; must not block or throw. Counters can
/// live in arrays, since <see cref="ServiceMethod.Index"/> is dense.
/// </summary>
internal interface ICallObserver
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

    /// <summary>A method with one request and one response is done; its response is not written yet. The messages are the call's.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="call">The call.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="response">What is answered; null when the call failed.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="elapsed">Time since its arrival.</param>
    void OnUnaryHandled(ServiceMethod method, ServerCall call, IMessage request, IMessage? response, Status status, TimeSpan elapsed)
    {
    }

    /// <summary>A call ended.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="code">What it ended with.</param>
    /// <param name="elapsed">Time since its arrival.</param>
    void OnCallEnded(ServiceMethod method, StatusCode code, TimeSpan elapsed);
}
