using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Calls;

/// <summary>
/// Stands in front of every service method that is called over the network: asks the gate first, turns exceptions into statuses, and shows unary calls to
/// the observer.
/// </summary>
internal sealed class CallGuard(ICallGate? gate, ICallObserver? observer) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        WireCall call = Enter(context);
        try
        {
            TResponse response = await continuation(request, context);
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

    /// <inheritdoc/>
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        WireCall call = Enter(context);
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception failed) when (failed is not RpcException)
        {
            throw new RpcException(call.StatusOf(failed));
        }
    }

    /// <inheritdoc/>
    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        WireCall call = Enter(context);
        try
        {
            await continuation(requestStream, responseStream, context);
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
