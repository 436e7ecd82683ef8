using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MetaStore.Grpc.Server;

/// <summary>Many requests, one response.</summary>
internal sealed class ClientStreamingMethod<TRequest, TResponse>(
    MethodDescriptor descriptor, int index, Func<IRequestStream<TRequest>, CallContext, ValueTask<TResponse>> handler)
    : ServiceMethod(descriptor, index)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly MessageParser<TRequest> _parser = (MessageParser<TRequest>)descriptor.InputType.Parser;

    public override async ValueTask<IMessage?> InvokeAsync(
        IMessage? request, IRequestStream<IMessage>? requests, IResponseStream<IMessage>? responses, CallContext context) =>
        await handler(new TypedRequestStream<TRequest>(requests!), context);

    internal override async ValueTask<Status> ServeAsync(ServerCall call)
    {
        var gate = call.CheckGate(this);
        if (!gate.IsOK)
        {
            return gate;
        }

        var response = await handler(new ServerRequestStream<TRequest>(call, _parser), call);
        return call.Status.IsOK ? await call.WriteOnlyMessageAsync(response) : call.Status;
    }
}
