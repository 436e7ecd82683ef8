using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace MetaStore.Server.Calls.Services;

/// <summary>One request, many responses.</summary>
internal sealed class ServerStreamingMethod<TRequest, TResponse>(MethodDescriptor descriptor, int index, ServerStreamingServerMethod<TRequest, TResponse> handler)
    : ServiceMethod(descriptor, index)
    where TRequest : class
    where TResponse : class
{
    public override async Task<IMessage?> InvokeAsync(
        IMessage? request, IAsyncStreamReader<IMessage>? requests, IServerStreamWriter<IMessage>? responses, ServerCallContext context)
    {
        await handler((TRequest)request!, new UntypedResponses<TResponse>(responses!), context);
        return null;
    }

    public override void AddTo(ServiceMethodProviderContext<BoundMethods> target, CallGuard guard) => target.AddServerStreamingMethod(
        OnWire(MessageMarshaller.Requests<TRequest>(this, guard.Observer), MessageMarshaller.Responses<TResponse>(this, guard.Observer)), [],
        (_, request, responses, context) => guard.StreamAsync(() => handler(request, responses, context), context));
}
