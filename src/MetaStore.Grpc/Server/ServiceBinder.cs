using System.Reflection;
using Google.Protobuf.Reflection;

namespace MetaStore.Grpc.Server;

/// <summary>
/// Ties the methods of service descriptors to the methods of plain C# objects, by name. Reflection is used here, at
/// start-up, and never again. A service need not have all its methods: the missing ones answer UNIMPLEMENTED.
/// </summary>
/// <remarks>
/// The shapes are <c>ValueTask&lt;TResponse&gt; M(TRequest, CallContext)</c>,
/// <c>ValueTask M(TRequest, IResponseStream&lt;TResponse&gt;, CallContext)</c>,
/// <c>ValueTask&lt;TResponse&gt; M(IRequestStream&lt;TRequest&gt;, CallContext)</c> and
/// <c>ValueTask M(IRequestStream&lt;TRequest&gt;, IResponseStream&lt;TResponse&gt;, CallContext)</c>.
/// </remarks>
public sealed class ServiceBinder
{
    private readonly List<ServiceDescriptor> _services = [];
    private readonly List<ServiceMethod> _methods = [];

    /// <summary>The services added so far.</summary>
    public IReadOnlyList<ServiceDescriptor> Services => _services;

    /// <summary>Binds one service.</summary>
    /// <param name="descriptor">The generated descriptor, for instance <see cref="EtcdServices.KV"/>.</param>
    /// <param name="implementation">Used by all calls at once; its bound methods must be public.</param>
    /// <exception cref="ArgumentException">
    /// A method has the right name and the wrong shape, nothing at all could be bound, or the service is there already.
    /// </exception>
    public ServiceBinder Add(ServiceDescriptor descriptor, object implementation)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(implementation);
        if (_services.Contains(descriptor))
        {
            throw new ArgumentException($"{descriptor.FullName} is bound already", nameof(descriptor));
        }

        var before = _methods.Count;
        foreach (var method in descriptor.Methods)
        {
            var candidates = implementation.GetType().GetMember(method.Name, MemberTypes.Method, BindingFlags.Public | BindingFlags.Instance);
            if (candidates.Length > 0)
            {
                _methods.Add(Bind(method, implementation, (MethodInfo)candidates[0], candidates.Length));
            }
        }

        if (_methods.Count == before)
        {
            throw new ArgumentException($"{implementation.GetType()} has no method of {descriptor.FullName}", nameof(implementation));
        }

        _services.Add(descriptor);
        return this;
    }

    /// <summary>Freezes what was added.</summary>
    public ServiceTable Build() => new([.. _services], [.. _methods]);

    private ServiceMethod Bind(MethodDescriptor method, object implementation, MethodInfo target, int candidates)
    {
        var (methodType, handlerType) = MethodKinds.Of(method) switch
        {
            MethodKind.Unary => (typeof(UnaryMethod<,>), typeof(Func<,,>)),
            MethodKind.ServerStreaming => (typeof(ServerStreamingMethod<,>), typeof(Func<,,,>)),
            MethodKind.ClientStreaming => (typeof(ClientStreamingMethod<,>), typeof(Func<,,>)),
            _ => (typeof(DuplexMethod<,>), typeof(Func<,,,>)),
        };
        var request = method.InputType.ClrType;
        var response = method.OutputType.ClrType;
        var requests = method.IsClientStreaming ? typeof(IRequestStream<>).MakeGenericType(request) : request;
        var responses = typeof(IResponseStream<>).MakeGenericType(response);
        Type[] shape = method.IsServerStreaming
            ? [requests, responses, typeof(CallContext), typeof(ValueTask)]
            : [requests, typeof(CallContext), typeof(ValueTask<>).MakeGenericType(response)];
        var fits = candidates == 1 && target.ReturnType == shape[^1] &&
            target.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(shape[..^1]);
        if (!fits)
        {
            var wanted = string.Join(", ", shape[..^1].Select(type => type.ToString()));
            throw new ArgumentException($"{implementation.GetType()}.{method.Name} must be the only method of its name and have the shape {shape[^1]} ({wanted})");
        }

        var handler = Delegate.CreateDelegate(handlerType.MakeGenericType(shape), implementation, target);
        return (ServiceMethod)Activator.CreateInstance(methodType.MakeGenericType(request, response), method, _methods.Count, handler)!;
    }
}
