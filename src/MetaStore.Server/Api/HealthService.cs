using Grpc.Health.V1;
using MetaStore.Grpc;

namespace MetaStore.Server.Api;

/// <summary>grpc.health.v1.Health: the empty service name serves until the server stops, any other is unknown.</summary>
internal sealed class HealthService(CancellationToken stopping)
{
    public ValueTask<HealthCheckResponse> Check(HealthCheckRequest request, CallContext context)
    {
        if (request.Service.Length > 0)
        {
            context.Fail(StatusCode.NotFound, "unknown service");
        }

        return ValueTask.FromResult(new HealthCheckResponse
        {
            Status = stopping.IsCancellationRequested
                ? HealthCheckResponse.Types.ServingStatus.NotServing
                : HealthCheckResponse.Types.ServingStatus.Serving,
        });
    }
}
