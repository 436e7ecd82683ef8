using MetaStore.Server.Listening;
using MetaStore.Server.Listening.Connections;
using MetaStore.Server.Observability.Traces;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Calls;

/// <summary>Settings shared by all calls of one listener. As a feature it gives Grpc.AspNetCore the listener's services, without a scope per call.</summary>
internal sealed class CallSettings(ListenerOptions options, ListenerLog log, IServiceProvider services) : IServiceProvidersFeature
{
    public OpenCalls Calls { get; } = options.Calls;

    public UnreadCalls Unread { get; } = options.Unread;

    public int MaxReceiveMessageBytes { get; } = options.MaxReceiveMessageBytes;

    public ICallObserver? Observer { get; } = options.Observer;

    public CallTraces? Traces { get; } = options.Traces;

    public ICallGate? Gate { get; } = options.Gate;

    public ListenerLog Log { get; } = log;

    /// <inheritdoc/>
    public IServiceProvider RequestServices
    {
        get => services;
        set => throw new NotSupportedException("calls have no services of their own");
    }
}
