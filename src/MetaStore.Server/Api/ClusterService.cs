using Etcdserverpb;
using MetaStore.Grpc;
using MetaStore.Server.Reads;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Api;

/// <summary>etcdserverpb.Cluster: the member list. Changes of membership are not bound yet and answer UNIMPLEMENTED.</summary>
internal sealed class ClusterService(MemberStore members, ReadDispatcher reads, ResponseHeaders headers)
{
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
        response.Members.Add(members.Members.Select(ToWire));
        return response;
    }

    private static Member ToWire(MemberRecord record)
    {
        var member = new Member { ID = record.Id, Name = record.Name, IsLearner = record.IsLearner };
        member.PeerURLs.Add(record.PeerUrls);
        member.ClientURLs.Add(record.ClientUrls);
        return member;
    }
}
