using System.Collections.Concurrent;
using global::Grpc.Health.V1;
using static global::Grpc.Health.V1.HealthCheckResponse.Types;

namespace MetaStore.Grpc.Health;

/// <summary>
/// The standard health service. The empty name stands for the server; it serves from the start. Any other name is unknown
/// until it is set. Safe for concurrent use.
/// </summary>
public sealed class HealthService
{
    private readonly ConcurrentDictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal) { [""] = ServingStatus.Serving };
    private readonly CancellationToken _stopping;
    private TaskCompletionSource _changed = NewSignal();

    /// <param name="stopping">When it fires the server serves no more: watchers are told, and their calls end.</param>
    public HealthService(CancellationToken stopping = default)
    {
        _stopping = stopping;
        stopping.UnsafeRegister(static self => ((HealthService)self!).Set("", ServingStatus.NotServing), this);
    }

    /// <summary>The generated descriptor to bind this under.</summary>
    public static global::Google.Protobuf.Reflection.ServiceDescriptor Descriptor => HealthReflection.Descriptor.Services[0];

    /// <summary>Sets the status of a service, or with the empty name of the server, and tells watchers.</summary>
    public void Set(string service, ServingStatus status)
    {
        _statuses[service] = status;
        Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
    }

    /// <summary>grpc.health.v1.Health/Check.</summary>
    public ValueTask<HealthCheckResponse> Check(HealthCheckRequest request, CallContext context)
    {
        if (!_statuses.TryGetValue(request.Service, out var status))
        {
            context.Fail(StatusCode.NotFound, "unknown service");
        }

        return new ValueTask<HealthCheckResponse>(new HealthCheckResponse { Status = status });
    }

    /// <summary>grpc.health.v1.Health/Watch: the status now and after each change, until the client leaves or the server stops.</summary>
    public async ValueTask Watch(HealthCheckRequest request, IResponseStream<HealthCheckResponse> responses, CallContext context)
    {
        ServingStatus? told = null;
        while (true)
        {
            // The signal is taken before the status: a change between the two is seen in the next round at the latest.
            var changed = Volatile.Read(ref _changed).Task;
            var status = _statuses.GetValueOrDefault(request.Service, ServingStatus.ServiceUnknown);
            if (status != told)
            {
                told = status;
                await responses.WriteAsync(new HealthCheckResponse { Status = status });
            }

            if (_stopping.IsCancellationRequested && _statuses[""] == ServingStatus.NotServing)
            {
                return;
            }

            await changed.WaitAsync(context.CancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
