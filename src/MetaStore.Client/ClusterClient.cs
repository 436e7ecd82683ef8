using MetaStore.Protocol.Etcd;
using MetaStore.Client.Endpoints;
using MetaStore.Protocol.V1;

namespace MetaStore.Client;

/// <summary>etcd's Cluster service: the members and their changes.</summary>
public sealed class ClusterClient
{
    private readonly EndpointBalancer _balancer;

    internal ClusterClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>Lists the members, sorted by id.</summary>
    public Task<MemberListResponse> MemberListAsync(MemberListRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Cluster.MemberListAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>Adds a member, with or without a vote; it still has to be started. Returns its id and the new list.</summary>
    public Task<MemberAddResponse> MemberAddAsync(MemberAddRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Cluster.MemberAddAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Removes a member permanently: its process stops, its id is never reused.</summary>
    public Task<MemberRemoveResponse> MemberRemoveAsync(MemberRemoveRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Cluster.MemberRemoveAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Changes the peer URLs of a member.</summary>
    public Task<MemberUpdateResponse> MemberUpdateAsync(MemberUpdateRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Cluster.MemberUpdateAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Promotes a learner that has caught up to a voter.</summary>
    public Task<MemberPromoteResponse> MemberPromoteAsync(MemberPromoteRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Cluster.MemberPromoteAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>The members that the asked one has not heard from for longer than its <c>--member-silent-after</c>, and whether they can be replaced now.</summary>
    /// <exception cref="Grpc.Core.RpcException">Unimplemented by etcd.</exception>
    public Task<SilentMembersResponse> SilentMembersAsync(CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Members.SilentAsync(request, options), new SilentMembersRequest(), CallKind.Read, cancellation);

    /// <summary>The first client URL of every member that has one, in the order of member ids.</summary>
    public async Task<IReadOnlyList<Uri>> EndpointsAsync(CancellationToken cancellation = default)
    {
        var members = await MemberListAsync(new MemberListRequest(), cancellation).ConfigureAwait(false);
        return [.. members.Members.Where(member => member.ClientURLs.Count > 0).Select(member => EndpointAddress.Parse(member.ClientURLs[0]))];
    }
}
