using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using MetaStore.Server.Calls.Responses;

namespace MetaStore.Server.Calls.Services;

/// <summary>One request, one response.</summary>
/// <param name="descriptor">The generated descriptor.</param>
/// <param name="index">See <see cref="ServiceMethod.Index"/>.</param>
/// <param name="handler">The service's method.</param>
/// <param name="encoding">The variant for network calls, when the service encodes its response itself.</param>
internal sealed class UnaryMethod<TRequest, TResponse>(
    MethodDescriptor descriptor, int index, UnaryServerMethod<TRequest, TResponse> handler, UnaryServerMethod<TRequest, EncodedResponse>? encoding)
    : ServiceMethod(descriptor, index)
    where TRequest : class
    where TResponse : class
{
    public override async Task<IMessage?> InvokeAsync(
        IMessage? request, IAsyncStreamReader<IMessage>? requests, IServerStreamWriter<IMessage>? responses, ServerCallContext context) =>
        (IMessage)await handler((TRequest)request!, context);

    public override void AddTo(ServiceMethodProviderContext<BoundMethods> target, CallGuard guard)
    {
        Marshaller<TRequest> requests = MessageMarshaller.Requests<TRequest>(this, guard.Observer);
        if (encoding is null)
        {
            target.AddUnaryMethod(
                OnWire(requests, MessageMarshaller.Responses<TResponse>(this, guard.Observer)), [], (_, request, context) => guard.Unary(handler, request, context));
            return;
        }

        target.AddUnaryMethod(
            OnWire(requests, MessageMarshaller.Whole(this, guard.Observer)), [], (_, request, context) => guard.Unary(encoding, request, context));
    }
}
