using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using MetaStore.Server.Calls;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace MetaStore.Server.Services;

/// <summary>
/// The standard health service of Grpc.HealthCheck. The empty service name means the whole server, which is SERVING until it stops: watchers then receive
/// NOT_SERVING and their calls end. Any other name is unknown.
/// </summary>
internal sealed class HealthService : HealthServiceImpl
{
    private readonly CancellationToken _stopping;

    /// <param name="stopping">Cancelled when the server stops serving.</param>
    public HealthService(CancellationToken stopping)
    {
        _stopping = stopping;
        SetStatus("", ServingStatus.Serving);
        stopping.UnsafeRegister(static self => ((HealthService)self!).SetNotServing(), this);
    }

    /// <inheritdoc/>
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        try
        {
            return await base.Check(request, context);
        }
        catch (RpcException unknown) when (unknown.StatusCode == StatusCode.NotFound)
        {
            // grpc-go's text; the package sends none.
            throw new RpcException(new Status(StatusCode.NotFound, "unknown service"));
        }
    }

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        await using CancellationTokenRegistration stop = _stopping.Register(() =>
        {
            // Callbacks run in reverse order of registration: the status is sent before the call ends.
            SetNotServing();
            end.Cancel();
        });
        await base.Watch(request, responseStream, new LocalCallContext(context.Method, cancellationToken: end.Token));
    }

    private void SetNotServing() => SetStatus("", ServingStatus.NotServing);
}
