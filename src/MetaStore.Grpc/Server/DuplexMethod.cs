using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MetaStore.Grpc.Server;

/// <summary>Many requests, many responses, in any interleaving.</summary>
internal sealed class DuplexMethod<TRequest, TResponse>(
    MethodDescriptor descriptor, int index, Func<IRequestStream<TRequest>, IResponseStream<TResponse>, CallContext, ValueTask> handler)
    : ServiceMethod(descriptor, index)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly MessageParser<TRequest> _parser = (MessageParser<TRequest>)descriptor.InputType.Parser;

    public override async ValueTask<IMessage?> InvokeAsync(
        IMessage? request, IRequestStream<IMessage>? requests, IResponseStream<IMessage>? responses, CallContext context)
    {
        await handler(new TypedRequestStream<TRequest>(requests!), responses!, context);
        return null;
    }

    internal override async ValueTask<Status> ServeAsync(ServerCall call)
    {
        var gate = call.CheckGate(this);
        if (!gate.IsOK)
        {
            return gate;
        }

        await handler(new ServerRequestStream<TRequest>(call, _parser), new ServerResponseStream<TResponse>(call), call);
        return call.Status;
    }
}
