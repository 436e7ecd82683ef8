namespace MetaStore.Raft.Messages;

/// <summary>Membership as the log up to some index defines it. Arrays are sorted ascending and hold no duplicates.</summary>
/// <param name="Voters">Voters of the incoming (or only) configuration.</param>
/// <param name="Learners">Members that receive the log and are not counted.</param>
/// <param name="VotersOutgoing">Voters of the outgoing half of a joint configuration; empty when not joint.</param>
/// <param name="LearnersNext">Outgoing voters that become learners when the joint configuration is left.</param>
/// <param name="AutoLeave">True when the leader leaves the joint configuration by itself.</param>
/// <remarks>Source: Raft thesis §4.3 (joint consensus) and §4.2.1 (learners).</remarks>
public sealed record ConfState(
    ulong[] Voters, ulong[] Learners, ulong[] VotersOutgoing, ulong[] LearnersNext, bool AutoLeave)
{
    /// <summary>A configuration without members.</summary>
    public static ConfState Empty { get; } = new([], [], [], [], false);

    /// <summary>A plain configuration of voters only.</summary>
    public static ConfState Of(params ulong[] voters) => new([.. voters.Order()], [], [], [], false);

    /// <summary>True while two majorities must agree.</summary>
    public bool IsJoint => VotersOutgoing.Length > 0;
}
