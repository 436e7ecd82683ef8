using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Calls;

/// <summary>
/// Stands in front of every service method that is called over the network: asks the gate first, and turns exceptions of streams into statuses.
/// </summary>
/// <remarks>
/// Called by the delegates that the methods are registered with. As an interceptor of Grpc.AspNetCore it would be looked up and wrapped in two more
/// asynchronous frames for each call (ADR 0017).
/// </remarks>
internal sealed class CallGuard(ICallGate? gate, ICallObserver? observer)
{
    /// <summary>Hears of messages; null when nothing does.</summary>
    public ICallObserver? Observer => observer;

    /// <summary>
    /// Begins a unary method. What is to be done when it has ended is the call's part (<see cref="WireCall.OnAnswer"/>, <see cref="WireCall.FinishAsync"/>):
    /// one more asynchronous frame that waits for it would be an object and a wake-up for each call.
    /// </summary>
    public Task<TResponse> Unary<TRequest, TResponse>(UnaryServerMethod<TRequest, TResponse> method, TRequest request, ServerCallContext context)
        where TRequest : class
        where TResponse : class
    {
        Enter(context).OnAsked((IMessage)request);
        return method(request, context);
    }

    /// <summary>Runs a method that streams.</summary>
    /// <param name="run">Calls it.</param>
    /// <param name="context">Of the call.</param>
    public async Task StreamAsync(Func<Task> run, ServerCallContext context)
    {
        WireCall call = Enter(context);
        try
        {
            await run();
        }
        catch (Exception failed) when (failed is not RpcException)
        {
            throw new RpcException(call.StatusOf(failed));
        }
    }

    private WireCall Enter(ServerCallContext context)
    {
        var call = (WireCall)ServerCall.Of(context);
        Status status = gate?.Check(call.Target, call) ?? Status.DefaultSuccess;
        return status.IsOK() ? call : throw new RpcException(status);
    }
}
