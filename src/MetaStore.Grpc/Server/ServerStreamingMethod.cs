using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MetaStore.Grpc.Server;

/// <summary>One request, many responses.</summary>
internal sealed class ServerStreamingMethod<TRequest, TResponse>(
    MethodDescriptor descriptor, int index, Func<TRequest, IResponseStream<TResponse>, CallContext, ValueTask> handler)
    : ServiceMethod(descriptor, index)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly MessageParser<TRequest> _parser = (MessageParser<TRequest>)descriptor.InputType.Parser;

    public override async ValueTask<IMessage?> InvokeAsync(
        IMessage? request, IRequestStream<IMessage>? requests, IResponseStream<IMessage>? responses, CallContext context)
    {
        await handler((TRequest)request!, responses!, context);
        return null;
    }

    internal override async ValueTask<Status> ServeAsync(ServerCall call)
    {
        var request = await call.Reader.ReadOnlyMessageAsync(_parser);
        if (request is null)
        {
            return call.Reader.Error;
        }

        var gate = call.CheckGate(this);
        if (!gate.IsOK)
        {
            return gate;
        }

        await handler(request, new ServerResponseStream<TResponse>(call), call);
        return call.Status;
    }
}
