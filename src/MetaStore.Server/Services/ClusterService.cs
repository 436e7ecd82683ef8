using Google.Protobuf.Collections;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Membership;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Reads;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Services;

/// <summary>etcdserverpb.Cluster: the member list and its changes. Changes are forwarded to the leader.</summary>
internal sealed class ClusterService(MemberStore members, MembershipChanges changes, MembershipForwarder leader, ReadDispatcher reads, ResponseHeaders headers,
    PromotionCounts promotions) : Protocol.Etcd.Cluster.ClusterBase
{
    public override async Task<MemberListResponse> MemberList(MemberListRequest request, ServerCallContext context)
    {
        if (request.Linearizable)
        {
            ServerError error = await reads.ConfirmAsync();
            if (error != ServerError.None)
            {
                throw StatusMap.Exception(error);
            }
        }

        var response = new MemberListResponse { Header = headers.WithoutRevision() };
        List(response.Members);
        return response;
    }

    public override async Task<MemberAddResponse> MemberAdd(MemberAddRequest request, ServerCallContext context)
    {
        if (!PeerUrlList.TryParse(request.PeerURLs, out string[] urls))
        {
            throw StatusMap.Exception(ServerError.InvalidMemberUrls);
        }

        if (!PeerUrlList.Fits(urls))
        {
            throw StatusMap.Exception(ServerError.RequestTooLarge);
        }

        MemberAddResponse response = await leader.RunAsync(
            (cluster, options) => cluster.MemberAddAsync(request, options),
            async () =>
            {
                (ServerError error, MemberRecord? added) = await changes.AddAsync(urls, request.IsLearner);
                return (error, added is null ? null : new MemberAddResponse { Member = ToWire(added) });
            },
            ServerCall.Of(context));
        return Complete(response, response.Members, header => response.Header = header);
    }

    public override async Task<MemberRemoveResponse> MemberRemove(MemberRemoveRequest request, ServerCallContext context)
    {
        MemberRemoveResponse response = await leader.RunAsync(
            (cluster, options) => cluster.MemberRemoveAsync(request, options), async () => (await changes.RemoveAsync(request.ID), new MemberRemoveResponse()), ServerCall.Of(context));
        return Complete(response, response.Members, header => response.Header = header);
    }

    /// <summary>Accepts the URLs unchanged, as etcd does, except those at which no member could be reached.</summary>
    public override async Task<MemberUpdateResponse> MemberUpdate(MemberUpdateRequest request, ServerCallContext context)
    {
        if (!PeerUrlList.TryParse(request.PeerURLs, out _))
        {
            throw StatusMap.Exception(ServerError.InvalidMemberUrls);
        }

        string[] urls = [.. request.PeerURLs.Select(url => url.Trim())];
        if (!PeerUrlList.Fits(urls))
        {
            throw StatusMap.Exception(ServerError.RequestTooLarge);
        }

        MemberUpdateResponse response = await leader.RunAsync(
            (cluster, options) => cluster.MemberUpdateAsync(request, options), async () => (await changes.UpdateAsync(request.ID, urls), new MemberUpdateResponse()), ServerCall.Of(context));
        return Complete(response, response.Members, header => response.Header = header);
    }

    public override async Task<MemberPromoteResponse> MemberPromote(MemberPromoteRequest request, ServerCallContext context)
    {
        MemberPromoteResponse response = await leader.RunAsync(
            (cluster, options) => cluster.MemberPromoteAsync(request, options), async () => (promotions.Count(await changes.PromoteAsync(request.ID)), new MemberPromoteResponse()), ServerCall.Of(context));
        return Complete(response, response.Members, header => response.Header = header);
    }

    // The header is the asked member's; the list is the leader's, which has applied the change for certain.
    private T Complete<T>(T response, RepeatedField<Member> list, Action<ResponseHeader> setHeader)
    {
        setHeader(headers.WithoutRevision());
        if (list.Count == 0)
        {
            List(list);
        }

        return response;
    }

    private void List(RepeatedField<Member> list) => list.Add(members.Members.Select(ToWire));

    private static Member ToWire(MemberRecord record)
    {
        var member = new Member { ID = record.Id, Name = record.Name, IsLearner = record.IsLearner };
        member.PeerURLs.Add(record.PeerUrls);
        member.ClientURLs.Add(record.ClientUrls);
        return member;
    }
}
