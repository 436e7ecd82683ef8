using MetaStore.StateMachine;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Tests.Forwarding;

/// <summary>Members of a state machine that has no log.</summary>
internal static class KnownMembers
{
    /// <summary>Adds or replaces a member, as an entry of its own.</summary>
    public static void Know(this ReplicatedStateMachine machine, MemberRecord member)
    {
        Assert.True(machine.BeginEntry(machine.AppliedIndex + 1, term: 1));
        machine.UpsertMember(member);
        machine.EndEntry();
    }
}
