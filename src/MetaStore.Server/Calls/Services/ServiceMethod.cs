using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace MetaStore.Server.Calls.Services;

/// <summary>A method of a bound service object. Created at startup, shared by all calls.</summary>
internal abstract class ServiceMethod(MethodDescriptor descriptor, int index)
{
    /// <summary>The generated descriptor.</summary>
    public MethodDescriptor Descriptor { get; } = descriptor;

    /// <summary>Position in <see cref="ServiceTable.Methods"/>: 0, 1, 2 and so on.</summary>
    public int Index { get; } = index;

    /// <summary>Which side streams.</summary>
    public MethodType Kind { get; } = (descriptor.IsClientStreaming, descriptor.IsServerStreaming) switch
    {
        (false, false) => MethodType.Unary,
        (false, true) => MethodType.ServerStreaming,
        (true, false) => MethodType.ClientStreaming,
        (true, true) => MethodType.DuplexStreaming,
    };

    /// <summary>The client sends a stream of messages.</summary>
    public bool IsClientStreaming { get; } = descriptor.IsClientStreaming;

    /// <summary>The HTTP/2 path, <c>/package.Service/Method</c>.</summary>
    public string Path { get; } = $"/{descriptor.Service.FullName}/{descriptor.Name}";

    /// <summary>Name of a span of it, <c>package.Service/Method</c>.</summary>
    public string SpanName { get; } = $"{descriptor.Service.FullName}/{descriptor.Name}";

    /// <summary>Full name of the service.</summary>
    public string ServiceName => Descriptor.Service.FullName;

    /// <summary>Name of the method alone.</summary>
    public string Name => Descriptor.Name;

    /// <summary>
    /// Calls the method for a caller that knows the messages only by descriptor, as the JSON gateway does. Arguments that the method type does not
    /// use are null.
    /// </summary>
    /// <returns>The response of a unary method, else null.</returns>
    /// <exception cref="RpcException">The call failed.</exception>
    public abstract Task<IMessage?> InvokeAsync(
        IMessage? request, IAsyncStreamReader<IMessage>? requests, IServerStreamWriter<IMessage>? responses, ServerCallContext context);

    /// <summary>Registers an endpoint for it with Grpc.AspNetCore.</summary>
    /// <param name="target">Takes the registration.</param>
    /// <param name="guard">Wraps the method.</param>
    public abstract void AddTo(ServiceMethodProviderContext<BoundMethods> target, CallGuard guard);

    /// <summary>The method definition for network calls.</summary>
    protected Method<TRequest, TResponse> OnWire<TRequest, TResponse>(Marshaller<TRequest> requests, Marshaller<TResponse> responses) =>
        new(Kind, ServiceName, Name, requests, responses);
}
