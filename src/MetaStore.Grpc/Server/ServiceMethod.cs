using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MetaStore.Grpc.Server;

/// <summary>One method of one bound service instance. Made at start-up, shared by all calls.</summary>
public abstract class ServiceMethod
{
    private protected ServiceMethod(MethodDescriptor descriptor, int index)
    {
        Descriptor = descriptor;
        Index = index;
        Kind = MethodKinds.Of(descriptor);
        Path = $"/{descriptor.Service.FullName}/{descriptor.Name}";
    }

    /// <summary>The generated descriptor.</summary>
    public MethodDescriptor Descriptor { get; }

    /// <summary>Position in <see cref="ServiceTable.Methods"/>: 0, 1, 2 and so on.</summary>
    public int Index { get; }

    /// <summary>Which side streams.</summary>
    public MethodKind Kind { get; }

    /// <summary>The HTTP/2 path, <c>/package.Service/Method</c>.</summary>
    public string Path { get; }

    /// <summary>Full name of the service.</summary>
    public string ServiceName => Descriptor.Service.FullName;

    /// <summary>Name of the method alone.</summary>
    public string Name => Descriptor.Name;

    /// <summary>
    /// Calls the method for a caller that knows the messages only by descriptor, as the JSON gateway does. What the kind
    /// does not use is null.
    /// </summary>
    /// <returns>The response of a unary or client-streaming method, else null. See <see cref="CallContext.Status"/> first.</returns>
    public abstract ValueTask<IMessage?> InvokeAsync(
        IMessage? request, IRequestStream<IMessage>? requests, IResponseStream<IMessage>? responses, CallContext context);

    /// <summary>Reads, invokes and writes one call off the wire; the returned status goes into the trailers.</summary>
    internal abstract ValueTask<Status> ServeAsync(ServerCall call);
}
