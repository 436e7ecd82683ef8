using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MetaStore.Grpc.Server;

/// <summary>One request, one response. When the service answers at once the whole call runs without suspending.</summary>
internal sealed class UnaryMethod<TRequest, TResponse>(
    MethodDescriptor descriptor, int index, Func<TRequest, CallContext, ValueTask<TResponse>> handler) : ServiceMethod(descriptor, index)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly MessageParser<TRequest> _parser = (MessageParser<TRequest>)descriptor.InputType.Parser;

    public override async ValueTask<IMessage?> InvokeAsync(
        IMessage? request, IRequestStream<IMessage>? requests, IResponseStream<IMessage>? responses, CallContext context) =>
        await handler((TRequest)request!, context);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
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

        var response = await handler(request, call);
        call.OnHandled(request, call.Status.IsOK ? response : null);
        return call.Status.IsOK ? await call.WriteOnlyMessageAsync(response) : call.Status;
    }
}
