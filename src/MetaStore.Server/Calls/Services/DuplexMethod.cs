using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using MetaStore.Server.Calls.Responses;

namespace MetaStore.Server.Calls.Services;

/// <summary>Many requests, many responses, in any interleaving.</summary>
/// <param name="descriptor">The generated descriptor.</param>
/// <param name="index">See <see cref="ServiceMethod.Index"/>.</param>
/// <param name="handler">The service's method.</param>
/// <param name="encoding">The variant for network calls, when the service encodes its responses itself.</param>
internal sealed class DuplexMethod<TRequest, TResponse>(
    MethodDescriptor descriptor, int index, DuplexStreamingServerMethod<TRequest, TResponse> handler,
    DuplexStreamingServerMethod<TRequest, EncodedMessage>? encoding)
    : ServiceMethod(descriptor, index)
    where TRequest : class
    where TResponse : class
{
    public override async Task<IMessage?> InvokeAsync(
        IMessage? request, IAsyncStreamReader<IMessage>? requests, IServerStreamWriter<IMessage>? responses, ServerCallContext context)
    {
        await handler(new TypedRequests<TRequest>(requests!), new UntypedResponses<TResponse>(responses!), context);
        return null;
    }

    public override void AddTo(ServiceMethodProviderContext<BoundMethods> target, CallGuard guard)
    {
        Marshaller<TRequest> requests = MessageMarshaller.Requests<TRequest>(this, guard.Observer);
        if (encoding is not null)
        {
            target.AddDuplexStreamingMethod(
                OnWire(requests, MessageMarshaller.Encoded(this, guard.Observer)), [],
                (_, reader, writer, context) => guard.StreamAsync(() => encoding(reader, writer, context), context));
            return;
        }

        target.AddDuplexStreamingMethod(
            OnWire(requests, MessageMarshaller.Responses<TResponse>(this, guard.Observer)), [],
            (_, reader, writer, context) => guard.StreamAsync(() => handler(reader, writer, context), context));
    }
}
