using MetaStore.Protocol.Etcd;
using MetaStore.Client.Endpoints;

namespace MetaStore.Client;

/// <summary>etcd's Cluster service: the members and their changes.</summary>
public sealed class ClusterClient
{
    private readonly EndpointBalancer _balancer;

    internal ClusterClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>Lists the members, sorted by id.</summary>
    public Task<MemberListResponse> MemberListAsync(MemberListRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Cluster.MemberListAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>Adds a member, with or without a vote; it has still to be started. Answers with its id and the new list.</summary>
    public Task<MemberAddResponse> MemberAddAsync(MemberAddRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Cluster.MemberAddAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Removes a member for good: its process stops, its id never comes back.</summary>
    public Task<MemberRemoveResponse> MemberRemoveAsync(MemberRemoveRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Cluster.MemberRemoveAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Changes where the other members reach a member.</summary>
    public Task<MemberUpdateResponse> MemberUpdateAsync(MemberUpdateRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Cluster.MemberUpdateAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Gives a learner that has caught up a vote.</summary>
    public Task<MemberPromoteResponse> MemberPromoteAsync(MemberPromoteRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Cluster.MemberPromoteAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>The first client URL of every member that has one, in the order of member ids.</summary>
    public async Task<IReadOnlyList<Uri>> EndpointsAsync(CancellationToken cancellation = default)
    {
        var members = await MemberListAsync(new MemberListRequest(), cancellation).ConfigureAwait(false);
        return [.. members.Members.Where(member => member.ClientURLs.Count > 0).Select(member => EndpointAddress.Parse(member.ClientURLs[0]))];
    }
}
