using Google.Protobuf;
using Grpc.Core;

namespace MetaStore.Server.Calls;

/// <summary>
/// Wraps every service method that is called over the network: asks the gate first, and maps exceptions of streams to statuses.
/// </summary>
/// <remarks>
/// Called by the delegates that the methods are registered with. As an interceptor of Grpc.AspNetCore it would be looked up and wrapped in two
/// more asynchronous frames per call (ADR 0017).
/// </remarks>
internal sealed class CallGuard(ICallGate? gate, ICallObserver? observer)
{
    /// <summary>Observes messages; null for none.</summary>
    public ICallObserver? Observer => observer;

    /// <summary>
    /// Starts a unary method. What remains to be done after it is in the call (<see cref="WireCall.OnAnswer"/>, <see cref="WireCall.FinishAsync"/>):
    /// another asynchronous frame that awaits the method would cost an allocation and a wake-up per call.
    /// </summary>
    public Task<TResponse> Unary<TRequest, TResponse>(UnaryServerMethod<TRequest, TResponse> method, TRequest request, ServerCallContext context)
        where TRequest : class
        where TResponse : class
    {
        WireCall call = Enter(context);
        call.OnAsked((IMessage)request);
        ValueTask<Status> judged = gate?.JudgeAsync(call.Target, call) ?? new(Status.DefaultSuccess);
        if (!judged.IsCompletedSuccessfully)
        {
            return JudgedAsync(judged, method, request, context);
        }

        Status status = judged.Result;
        return status.IsOK() ? method(request, context) : throw new RpcException(status);
    }

    /// <summary>Runs a streaming method.</summary>
    /// <param name="run">Calls the method.</param>
    /// <param name="context">Context of the call.</param>
    public async Task StreamAsync(Func<Task> run, ServerCallContext context)
    {
        WireCall call = Enter(context);
        Status status = Status.DefaultSuccess;
        try
        {
            ThrowUnlessOk(await (gate?.JudgeAsync(call.Target, call) ?? new(Status.DefaultSuccess)));
            await run();
        }
        catch (RpcException failed)
        {
            status = failed.Status;
            throw;
        }
        catch (Exception failed)
        {
            status = call.StatusOf(failed);
            throw new RpcException(status);
        }
        finally
        {
            observer?.OnHandled(call.Target, call, status);
        }
    }

    private static async Task<TResponse> JudgedAsync<TRequest, TResponse>(
        ValueTask<Status> judged, UnaryServerMethod<TRequest, TResponse> method, TRequest request, ServerCallContext context)
        where TRequest : class
        where TResponse : class
    {
        ThrowUnlessOk(await judged);
        return await method(request, context);
    }

    private static void ThrowUnlessOk(Status status)
    {
        if (!status.IsOK())
        {
            throw new RpcException(status);
        }
    }

    private WireCall Enter(ServerCallContext context)
    {
        var call = (WireCall)ServerCall.Of(context);
        Status status = gate?.Check(call.Target, call) ?? Status.DefaultSuccess;
        return status.IsOK() ? call : throw new RpcException(status);
    }
}
