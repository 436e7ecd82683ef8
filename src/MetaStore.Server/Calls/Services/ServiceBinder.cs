using Google.Protobuf.Reflection;
using Grpc.Core;
using MetaStore.Server.Calls.Responses;

namespace MetaStore.Server.Calls.Services;

/// <summary>
/// Collects the methods of service objects from the binding code that Grpc.Tools generates. A service may omit methods: those that it leaves to
/// the generated base class are unknown to clients, like those of a service that is not bound.
/// </summary>
internal sealed class ServiceBinder : ServiceBinderBase
{
    private readonly List<ServiceDescriptor> _services = [];
    private readonly List<ServiceMethod> _methods = [];
    private ServiceDescriptor? _service;
    private Delegate? _encoding;

    /// <summary>The services added so far.</summary>
    public IReadOnlyList<ServiceDescriptor> Services => _services;

    /// <summary>Binds one service.</summary>
    /// <param name="descriptor">The generated descriptor.</param>
    /// <param name="bind">Calls the generated <c>BindService(ServiceBinderBase, ...)</c> with the service object, which all calls share.</param>
    /// <exception cref="ArgumentException">The service is already bound, or it has no methods.</exception>
    public ServiceBinder Add(ServiceDescriptor descriptor, Action<ServiceBinderBase> bind)
    {
        if (_services.Contains(descriptor))
        {
            throw new ArgumentException($"{descriptor.FullName} is bound already", nameof(descriptor));
        }

        int before = _methods.Count;
        _service = descriptor;
        bind(this);
        _service = null;
        if (_methods.Count == before)
        {
            throw new ArgumentException($"the service object has no method of {descriptor.FullName}", nameof(bind));
        }

        _services.Add(descriptor);
        return this;
    }

    /// <summary>As above, for a service whose one stream encodes its responses itself when it is called over the network.</summary>
    /// <param name="descriptor">The generated descriptor; of one duplex method.</param>
    /// <param name="bind">As above.</param>
    /// <param name="encoding">The variant for network calls.</param>
    public ServiceBinder Add<TRequest>(ServiceDescriptor descriptor, Action<ServiceBinderBase> bind, DuplexStreamingServerMethod<TRequest, EncodedMessage> encoding)
        where TRequest : class
    {
        _encoding = encoding;
        Add(descriptor, bind);
        _encoding = null;
        return this;
    }

    /// <summary>As above, for a service that encodes the responses of one unary method itself when it is called over the network.</summary>
    /// <param name="descriptor">The generated descriptor; no other unary method has the same request.</param>
    /// <param name="bind">As above.</param>
    /// <param name="encoding">The variant for network calls.</param>
    public ServiceBinder Add<TRequest>(ServiceDescriptor descriptor, Action<ServiceBinderBase> bind, UnaryServerMethod<TRequest, EncodedResponse> encoding)
        where TRequest : class
    {
        _encoding = encoding;
        Add(descriptor, bind);
        _encoding = null;
        return this;
    }

    /// <summary>Makes the immutable table.</summary>
    public ServiceTable Build() => new([.. _services], [.. _methods]);

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        if (IsOwn(handler))
        {
            var encoding = _encoding as UnaryServerMethod<TRequest, EncodedResponse>;
            _methods.Add(new UnaryMethod<TRequest, TResponse>(Descriptor(method), _methods.Count, handler!, encoding));
        }
    }

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        if (IsOwn(handler))
        {
            _methods.Add(new ServerStreamingMethod<TRequest, TResponse>(Descriptor(method), _methods.Count, handler!));
        }
    }

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        if (IsOwn(handler))
        {
            var encoding = _encoding as DuplexStreamingServerMethod<TRequest, EncodedMessage>;
            _methods.Add(new DuplexMethod<TRequest, TResponse>(Descriptor(method), _methods.Count, handler!, encoding));
        }
    }

    /// <summary>True when the service object overrides the method; the generated base class only answers Unimplemented.</summary>
    private static bool IsOwn(Delegate? handler) =>
        handler is not null && !handler.Method.DeclaringType!.IsDefined(typeof(BindServiceMethodAttribute), inherit: false);

    private MethodDescriptor Descriptor(IMethod method) => _service!.FindMethodByName(method.Name);
}
