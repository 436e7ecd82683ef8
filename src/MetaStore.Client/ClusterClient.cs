using Etcdserverpb;
using MetaStore.Client.Endpoints;
using MetaStore.Grpc;

namespace MetaStore.Client;

/// <summary>etcd's Cluster service, as far as the server offers it.</summary>
public sealed class ClusterClient
{
    private static readonly Method<MemberListRequest, MemberListResponse> MemberListMethod = new(EtcdServices.Cluster, "MemberList");

    private readonly EndpointBalancer _balancer;

    internal ClusterClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>Lists the members, sorted by id.</summary>
    public Task<MemberListResponse> MemberListAsync(MemberListRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(MemberListMethod, request, CallKind.Read, cancellation);

    /// <summary>The first client URL of every member that has one, in the order of member ids.</summary>
    public async Task<IReadOnlyList<Uri>> EndpointsAsync(CancellationToken cancellation = default)
    {
        var members = await MemberListAsync(new MemberListRequest(), cancellation).ConfigureAwait(false);
        return [.. members.Members.Where(member => member.ClientURLs.Count > 0).Select(member => EndpointAddress.Parse(member.ClientURLs[0]))];
    }
}
