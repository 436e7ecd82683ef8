using MetaStore.Client.Endpoints;
using MetaStore.Protocol.V1;

namespace MetaStore.Client;

/// <summary>MetaStore's own admin service: how the member that is asked packs proposals into log entries.</summary>
public sealed class BatchingClient
{
    private readonly EndpointBalancer _balancer;

    internal BatchingClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>Settings in force and statistics.</summary>
    public Task<GetBatchingResponse> GetAsync(CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Batching.GetAsync(request, options), new GetBatchingRequest(), CallKind.Read, cancellation);

    /// <summary>Changes the settings that are set in <paramref name="settings"/>; all or nothing.</summary>
    public Task<SetBatchingResponse> SetAsync(BatchSettings settings, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Batching.SetAsync(request, options), new SetBatchingRequest { Settings = settings }, CallKind.Write, cancellation);

    /// <summary>Changes the settings of admission that are set in <paramref name="settings"/>; all or nothing.</summary>
    public Task<SetBatchingResponse> SetAsync(AdmissionSettings settings, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Batching.SetAsync(request, options), new SetBatchingRequest { Admission = settings }, CallKind.Write, cancellation);
}
