using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Calls;

/// <summary>
/// Stands in front of every service method that is called over the network: asks the gate first, turns exceptions into statuses, and shows unary calls to
/// the observer.
/// </summary>
/// <remarks>
/// Called by the delegates that the methods are registered with. As an interceptor of Grpc.AspNetCore it would be looked up and wrapped in two more
/// asynchronous frames for each call (ADR 0017).
/// </remarks>
internal sealed class CallGuard(ICallGate? gate, ICallObserver? observer)
{
    /// <summary>Hears of messages; null when nothing does.</summary>
    public ICallObserver? Observer => observer;

    /// <summary>Runs a unary method.</summary>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(UnaryServerMethod<TRequest, TResponse> method, TRequest request, ServerCallContext context)
        where TRequest : class
        where TResponse : class
    {
        WireCall call = Enter(context);
        try
        {
            TResponse response = await method(request, context);
            observer?.OnUnaryHandled(call.Target, call, (IMessage)request, (IMessage)response, Status.DefaultSuccess, call.Elapsed);
            return response;
        }
        catch (RpcException failed) when (Saw(call, (IMessage)request, failed.Status))
        {
            throw;
        }
        catch (Exception failed) when (failed is not RpcException)
        {
            Status status = call.StatusOf(failed);
            Saw(call, (IMessage)request, status);
            throw new RpcException(status);
        }
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

    /// <summary>As an exception filter, so that the exception is not thrown once more.</summary>
    /// <returns>False.</returns>
    private bool Saw(WireCall call, IMessage request, Status status)
    {
        observer?.OnUnaryHandled(call.Target, call, request, null, status, call.Elapsed);
        return false;
    }
}
