using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Tests.Membership;

public sealed class ConfChangerTests
{
    private const int Seed = 4711;

    [Fact]
    public void Change_OneVoter_IsSimple()
    {
        Assert.True(ConfChanger.TryChange(ConfState.Of(1, 2), Change((ConfChangeType.AddVoter, 3)), out ConfState next));
        Assert.Equal([1UL, 2, 3], next.Voters);
        Assert.False(next.IsJoint);
    }

    [Fact]
    public void Change_DemoteInJoint_WaitsAsLearnerNext()
    {
        Assert.True(ConfChanger.TryChange(
            ConfState.Of(1, 2, 3), Change((ConfChangeType.AddLearner, 3), (ConfChangeType.AddVoter, 4)), out ConfState joint));
        Assert.Equal((true, true), (joint.IsJoint, joint.AutoLeave));
        Assert.Equal([3UL], joint.LearnersNext);
        Assert.True(ConfChanger.TryChange(joint, Change(), out ConfState left));
        Assert.Equal([1UL, 2, 4], left.Voters);
        Assert.Equal([3UL], left.Learners);
    }

    [Fact]
    public void Change_LastVoterRemoved_IsRefused() =>
        Assert.False(ConfChanger.TryChange(ConfState.Of(1), Change((ConfChangeType.Remove, 1)), out _));

    [Fact]
    public void Change_WhileJoint_IsRefused()
    {
        Assert.True(ConfChanger.TryChange(ConfState.Of(1, 2), new ConfChange([new(ConfChangeType.AddVoter, 3)], true, default), out ConfState joint));
        Assert.False(ConfChanger.TryChange(joint, Change((ConfChangeType.AddVoter, 4)), out _));
    }

    [Fact]
    public void Change_LeaveWithoutJoint_IsRefused() => Assert.False(ConfChanger.TryChange(ConfState.Of(1), Change(), out _));

    [Fact]
    public void Change_FromNothing_BuildsBootstrapMembership()
    {
        Assert.True(ConfChanger.TryChange(ConfState.Empty, Change((ConfChangeType.AddVoter, 1)), out ConfState one));
        Assert.True(ConfChanger.TryChange(one, Change((ConfChangeType.AddVoter, 2)), out ConfState two));
        Assert.Equal([1UL, 2], two.Voters);
    }

    [Fact]
    public void Changes_Random_KeepRulesAndOverlappingQuorums()
    {
        var random = new Random(Seed);
        ConfState state = ConfState.Of(1, 2, 3);
        for (int i = 0; i < 5000; i++)
        {
            var steps = new ConfChangeStep[random.Next(4)];
            for (int at = 0; at < steps.Length; at++)
            {
                steps[at] = new ConfChangeStep((ConfChangeType)random.Next(4), (ulong)random.Next(1, 7));
            }

            if (ConfChanger.TryChange(state, new ConfChange(steps, random.Next(2) == 0, default), out ConfState next))
            {
                Assert.Null(ConfStateRules.Violation(next));
                Assert.True(QuorumsOverlap(state, next), $"seed={Seed} step={i}");
                state = next;
            }
        }
    }

    // Every quorum of one configuration must intersect every quorum of the next.
    private static bool QuorumsOverlap(ConfState one, ConfState two)
    {
        for (int nodes = 0; nodes < 128; nodes++)
        {
            if (Decides(one, nodes) && Decides(two, ~nodes & 127))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Decides(ConfState state, int nodes) => Majority(state.Voters, nodes) && (!state.IsJoint || Majority(state.VotersOutgoing, nodes));

    private static bool Majority(ulong[] voters, int nodes) => voters.Count(id => (nodes & (1 << (int)(id - 1))) != 0) * 2 > voters.Length;

    private static ConfChange Change(params (ConfChangeType Type, ulong Node)[] steps) =>
        new([.. steps.Select(step => new ConfChangeStep(step.Type, step.Node))], Joint: false, default);
}
