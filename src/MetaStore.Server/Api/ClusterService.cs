using MetaStore.Protocol.Etcd;
using Google.Protobuf.Collections;
using MetaStore.Grpc;
using MetaStore.Server.Membership;
using MetaStore.Server.Observability;
using MetaStore.Server.Reads;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Api;

/// <summary>etcdserverpb.Cluster: the member list and its changes. Changes are made by the leader, whichever member is asked.</summary>
internal sealed class ClusterService(MemberStore members, MembershipChanges changes, LeaderCall leader, ReadDispatcher reads, ResponseHeaders headers,
    PromotionCounts promotions)
{
    private static readonly Method<MemberAddRequest, MemberAddResponse> AddMethod = new(EtcdServices.Cluster, "MemberAdd");
    private static readonly Method<MemberRemoveRequest, MemberRemoveResponse> RemoveMethod = new(EtcdServices.Cluster, "MemberRemove");
    private static readonly Method<MemberUpdateRequest, MemberUpdateResponse> UpdateMethod = new(EtcdServices.Cluster, "MemberUpdate");
    private static readonly Method<MemberPromoteRequest, MemberPromoteResponse> PromoteMethod = new(EtcdServices.Cluster, "MemberPromote");

    public async ValueTask<MemberListResponse> MemberList(MemberListRequest request, CallContext context)
    {
        if (request.Linearizable)
        {
            ServerError error = await reads.ConfirmAsync();
            if (error != ServerError.None)
            {
                context.Fail(StatusMap.Of(error));
                return null!;
            }
        }

        var response = new MemberListResponse { Header = headers.WithoutRevision() };
        List(response.Members);
        return response;
    }

    public async ValueTask<MemberAddResponse> MemberAdd(MemberAddRequest request, CallContext context)
    {
        if (!PeerUrlList.TryParse(request.PeerURLs, out string[] urls))
        {
            context.Fail(StatusMap.Of(ServerError.InvalidMemberUrls));
            return null!;
        }

        if (!PeerUrlList.Fits(urls))
        {
            context.Fail(StatusMap.Of(ServerError.RequestTooLarge));
            return null!;
        }

        MemberAddResponse? response = await leader.RunAsync(
            AddMethod,
            request,
            async () =>
            {
                (ServerError error, MemberRecord? added) = await changes.AddAsync(urls, request.IsLearner);
                return (error, added is null ? null : new MemberAddResponse { Member = ToWire(added) });
            },
            context);
        return Complete(response, response?.Members, header => response!.Header = header);
    }

    public async ValueTask<MemberRemoveResponse> MemberRemove(MemberRemoveRequest request, CallContext context)
    {
        MemberRemoveResponse? response = await leader.RunAsync(
            RemoveMethod, request, async () => (await changes.RemoveAsync(request.ID), new MemberRemoveResponse()), context);
        return Complete(response, response?.Members, header => response!.Header = header);
    }

    /// <summary>Takes the URLs as they are, as etcd does, but for those that no member could be reached at.</summary>
    public async ValueTask<MemberUpdateResponse> MemberUpdate(MemberUpdateRequest request, CallContext context)
    {
        if (!PeerUrlList.TryParse(request.PeerURLs, out _))
        {
            context.Fail(StatusMap.Of(ServerError.InvalidMemberUrls));
            return null!;
        }

        string[] urls = [.. request.PeerURLs.Select(url => url.Trim())];
        if (!PeerUrlList.Fits(urls))
        {
            context.Fail(StatusMap.Of(ServerError.RequestTooLarge));
            return null!;
        }

        MemberUpdateResponse? response = await leader.RunAsync(
            UpdateMethod, request, async () => (await changes.UpdateAsync(request.ID, urls), new MemberUpdateResponse()), context);
        return Complete(response, response?.Members, header => response!.Header = header);
    }

    public async ValueTask<MemberPromoteResponse> MemberPromote(MemberPromoteRequest request, CallContext context)
    {
        MemberPromoteResponse? response = await leader.RunAsync(
            PromoteMethod, request, async () => (promotions.Count(await changes.PromoteAsync(request.ID)), new MemberPromoteResponse()), context);
        return Complete(response, response?.Members, header => response!.Header = header);
    }

    // The member that is asked answers in its own name; the list is the leader's, who has applied the change for sure.
    private T Complete<T>(T? response, RepeatedField<Member>? list, Action<ResponseHeader> setHeader)
        where T : class
    {
        if (response is not null)
        {
            setHeader(headers.WithoutRevision());
            if (list!.Count == 0)
            {
                List(list);
            }
        }

        return response!;
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
