using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace MetaStore.Server.Calls.Services;

/// <summary>One request, one response.</summary>
internal sealed class UnaryMethod<TRequest, TResponse>(MethodDescriptor descriptor, int index, UnaryServerMethod<TRequest, TResponse> handler)
    : ServiceMethod(descriptor, index)
    where TRequest : class
    where TResponse : class
{
    public override async Task<IMessage?> InvokeAsync(
        IMessage? request, IAsyncStreamReader<IMessage>? requests, IServerStreamWriter<IMessage>? responses, ServerCallContext context) =>
        (IMessage)await handler((TRequest)request!, context);

    public override void AddTo(ServiceMethodProviderContext<BoundMethods> target, CallGuard guard) => target.AddUnaryMethod(
        OnWire(MessageMarshaller.Requests<TRequest>(this, guard.Observer), MessageMarshaller.Responses<TResponse>(this, guard.Observer)), [],
        (_, request, context) => guard.Unary(handler, request, context));
}
