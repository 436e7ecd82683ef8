using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MetaStore.Grpc;

/// <summary>A typed name of one remote method, made once from generated descriptors and kept in a static field.</summary>
/// <typeparam name="TRequest">Generated request message.</typeparam>
/// <typeparam name="TResponse">Generated response message.</typeparam>
public sealed class Method<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>Looks up <paramref name="name"/> in a service and checks the message types.</summary>
    /// <exception cref="ArgumentException">No such method, or other message types.</exception>
    public Method(ServiceDescriptor service, string name)
    {
        ArgumentNullException.ThrowIfNull(service);
        var method = service.FindMethodByName(name) ?? throw new ArgumentException($"{service.FullName} has no method {name}", nameof(name));
        if (method.InputType.ClrType != typeof(TRequest) || method.OutputType.ClrType != typeof(TResponse))
        {
            throw new ArgumentException($"{service.FullName}.{name} takes {method.InputType.FullName} and returns {method.OutputType.FullName}", nameof(name));
        }

        Descriptor = method;
        Kind = MethodKinds.Of(method);
        Path = $"/{service.FullName}/{name}";
        ResponseParser = (MessageParser<TResponse>)method.OutputType.Parser;
    }

    /// <summary>The generated descriptor.</summary>
    public MethodDescriptor Descriptor { get; }

    /// <summary>Which side streams.</summary>
    public MethodKind Kind { get; }

    /// <summary>The HTTP/2 path, <c>/package.Service/Method</c>.</summary>
    public string Path { get; }

    internal MessageParser<TResponse> ResponseParser { get; }
}
