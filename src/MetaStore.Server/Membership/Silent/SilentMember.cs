using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership.Silent;

/// <summary>A member that has not been heard from for long.</summary>
/// <param name="Member">Its record.</param>
/// <param name="SilentFor">Time since it was last heard from.</param>
/// <param name="Refusal">Why it cannot be replaced now; null when it can.</param>
internal sealed record SilentMember(MemberRecord Member, TimeSpan SilentFor, string? Refusal)
{
    /// <summary>What to type to replace it by an empty member with the same name and addresses.</summary>
    public string Commands =>
        $"metactl member remove {Member.Id:x}; metactl member add {(Member.Name.Length > 0 ? Member.Name : "NAME")} --learner --peer-urls={string.Join(',', Member.PeerUrls)}";
}
