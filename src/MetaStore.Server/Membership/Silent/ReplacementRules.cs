using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership.Silent;

/// <summary>Whether a member that is not connected can be removed, and an empty learner be added in its place, right now.</summary>
internal static class ReplacementRules
{
    private const string NoLeader = "no majority of members is connected; start lost members again, or restore a backup into a new cluster";

    /// <summary>Why it cannot be replaced; null when it can.</summary>
    /// <param name="members">All members.</param>
    /// <param name="id">The member to replace.</param>
    /// <param name="hasLeader">Whether the asked member knows a leader.</param>
    /// <param name="strict">Whether <c>--strict-reconfig-check</c> applies.</param>
    /// <param name="isReached">Whether a member has been connected for a while, or is the asked one.</param>
    public static string? Refusal(IReadOnlyList<MemberRecord> members, ulong id, bool hasLeader, bool strict, Func<ulong, bool> isReached)
    {
        if (!hasLeader)
        {
            return NoLeader;
        }

        if (!strict)
        {
            return null;
        }

        ServerError error = ReconfigurationRules.MayRemove(members, id, isActive: false, isReached);
        error = error == ServerError.None ? ReconfigurationRules.MayAdd([.. members.Where(member => member.Id != id)], asLearner: true, isReached) : error;
        return error == ServerError.None ? null : StatusMap.Of(error).Detail;
    }
}
