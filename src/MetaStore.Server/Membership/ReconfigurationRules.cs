using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership;

/// <summary>etcd's strict reconfiguration checks: membership changes that could lose the quorum are rejected.</summary>
/// <remarks>Pure. A member counts as started when it has published its name, and as reached when it has been connected for a while.</remarks>
internal static class ReconfigurationRules
{
    /// <summary>Whether a member may be added.</summary>
    /// <param name="members">All members now.</param>
    /// <param name="asLearner">True when it gets no vote.</param>
    /// <param name="isReached">Whether a member has been connected for a while, or is this member.</param>
    public static ServerError MayAdd(IReadOnlyList<MemberRecord> members, bool asLearner, Func<ulong, bool> isReached)
    {
        MemberRecord[] voters = Voters(members);
        if (!asLearner && !HasStartedQuorum(voters, voters.Length + 1, voters.Count(IsStarted)))
        {
            return ServerError.NotEnoughStartedMembers;
        }

        // The new member counts as down until it has started. A cluster of one has no choice.
        int needed = voters.Length == 1 ? 1 : QuorumOf(voters.Length + 1);
        return voters.Count(voter => isReached(voter.Id)) >= needed ? ServerError.None : ServerError.Unhealthy;
    }

    /// <summary>Whether this learner, which has started, may become a voter.</summary>
    public static ServerError MayPromote(IReadOnlyList<MemberRecord> members)
    {
        MemberRecord[] voters = Voters(members);
        return voters.Count(IsStarted) + 1 >= QuorumOf(voters.Length + 1) ? ServerError.None : ServerError.NotEnoughStartedMembers;
    }

    /// <summary>Whether this member may be removed.</summary>
    /// <param name="members">All members now.</param>
    /// <param name="id">The member to remove; need not exist.</param>
    /// <param name="isActive">Whether that member is connected now.</param>
    /// <param name="isReached">As in <see cref="MayAdd"/>.</param>
    public static ServerError MayRemove(IReadOnlyList<MemberRecord> members, ulong id, bool isActive, Func<ulong, bool> isReached)
    {
        if (members.Any(member => member.Id == id && member.IsLearner))
        {
            return ServerError.None;
        }

        MemberRecord[] voters = Voters(members);
        MemberRecord[] rest = [.. voters.Where(voter => voter.Id != id)];
        if (rest.Length == 0 || rest.Count(IsStarted) < QuorumOf(rest.Length))
        {
            return ServerError.NotEnoughStartedMembers;
        }

        // A member that is down is not part of the active quorum, and may always be removed.
        return !isActive || voters.Count(voter => isReached(voter.Id)) - 1 >= 1 + ((voters.Length - 1) / 2)
            ? ServerError.None
            : ServerError.Unhealthy;
    }

    private static bool HasStartedQuorum(MemberRecord[] voters, int size, int started) =>
        (voters.Length == 1 && started == 1) || started >= QuorumOf(size);

    private static int QuorumOf(int size) => (size / 2) + 1;

    private static bool IsStarted(MemberRecord member) => member.Name.Length > 0;

    private static MemberRecord[] Voters(IReadOnlyList<MemberRecord> members) => [.. members.Where(member => !member.IsLearner)];
}
