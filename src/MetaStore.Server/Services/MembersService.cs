using Grpc.Core;
using MetaStore.Protocol.V1;
using MetaStore.Server.Membership.Silent;

namespace MetaStore.Server.Services;

/// <summary>metastore.v1.Members: what this member knows about the others.</summary>
internal sealed class MembersService(SilentMembers silent) : Members.MembersBase
{
    /// <inheritdoc/>
    public override Task<SilentMembersResponse> Silent(SilentMembersRequest request, ServerCallContext context) =>
        Task.FromResult(new SilentMembersResponse { Members = { silent.Silent.Select(ToWire) } });

    private static Protocol.V1.SilentMember ToWire(Membership.Silent.SilentMember silent) => new()
    {
        Id = silent.Member.Id,
        Name = silent.Member.Name,
        PeerUrls = { silent.Member.PeerUrls },
        IsLearner = silent.Member.IsLearner,
        SilentMs = (long)silent.SilentFor.TotalMilliseconds,
        Refusal = silent.Refusal ?? "",
    };
}
