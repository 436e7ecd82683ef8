using MetaStore.Client.Endpoints;
using MetaStore.Protocol.V1;

namespace MetaStore.Client;

/// <summary>MetaStore's own admin service: how the member that is asked packs proposals into log entries, and how many it lets in at once.</summary>
/// <remarks>
/// Every member batches what its own clients write, so settings and statistics are of one member: use <see cref="MetaStoreClient.At"/> for each.
/// What is set holds until that member's next start; its configuration holds from then on. Names, ranges, defaults and effects of the settings are
/// in docs/batching-settings.md; times in messages are microseconds, sizes proposals or bytes, shares 0 to 1.
/// </remarks>
/// <example><code>
/// using var member = client.At(new Uri("http://10.0.0.1:2379"));
/// await member.Batching.SetAsync(new BatchSettings { Policy = BatchPolicy.Target, TargetLatencyUs = 5_000 });
/// await foreach (var moment in member.Batching.WatchAsync(TimeSpan.FromSeconds(1)))
/// {
///     Console.WriteLine($"{moment.Stats.CurrentBatchSize} {moment.Stats.Throughput:0}/s");
/// }
/// </code></example>
public sealed class BatchingClient
{
    private readonly EndpointBalancer _balancer;

    internal BatchingClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>Current settings and statistics of batching and admission. Settings have every field set.</summary>
    public Task<GetBatchingResponse> GetAsync(CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Batching.GetAsync(request, options), new GetBatchingRequest(), CallKind.Read, cancellation);

    /// <summary>Changes the settings of batching that are set in <paramref name="settings"/>; those that are not set stay.</summary>
    /// <param name="settings">A field is set when it was assigned, to whatever value: zero, false and the first name of an enum are values too.</param>
    /// <param name="cancellation">Ends the call; the change may have taken effect nevertheless.</param>
    /// <returns>The new settings.</returns>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT with a sentence for every value that is refused; nothing was changed then.</exception>
    public Task<SetBatchingResponse> SetAsync(BatchSettings settings, CancellationToken cancellation = default) =>
        SendAsync(new SetBatchingRequest { Settings = settings }, cancellation);

    /// <summary>Changes the settings of admission that are set in <paramref name="settings"/>; those that are not set stay. Fails as the other does.</summary>
    public Task<SetBatchingResponse> SetAsync(AdmissionSettings settings, CancellationToken cancellation = default) =>
        SendAsync(new SetBatchingRequest { Admission = settings }, cancellation);

    /// <summary>Changes settings of batching and of admission together: all or nothing.</summary>
    public Task<SetBatchingResponse> SetBothAsync(BatchSettings settings, AdmissionSettings admission, CancellationToken cancellation = default) =>
        SendAsync(new SetBatchingRequest { Settings = settings, Admission = admission }, cancellation);

    /// <summary>What <see cref="GetAsync"/> answers, now and then again after each interval, without an end.</summary>
    /// <param name="interval">100 ms to 1 min; others are refused with INVALID_ARGUMENT.</param>
    /// <param name="cancellation">Ends it.</param>
    public IAsyncEnumerable<WatchBatchingResponse> WatchAsync(TimeSpan interval, CancellationToken cancellation = default) => _balancer.StreamAsync(
        static (member, request, options) => member.Batching.Watch(request, options), new WatchBatchingRequest { IntervalUs = Math.Max(1, (long)interval.TotalMicroseconds) }, cancellation);

    private Task<SetBatchingResponse> SendAsync(SetBatchingRequest change, CancellationToken cancellation) =>
        _balancer.CallAsync(static (member, request, options) => member.Batching.SetAsync(request, options), change, CallKind.Write, cancellation);
}
