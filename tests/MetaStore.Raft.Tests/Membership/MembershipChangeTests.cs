using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Membership;

public sealed class MembershipChangeTests
{
    [Fact]
    public void Change_BeforeOwnTermCommit_IsRefused()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead(commitNoop: false);
        Assert.Equal(ProposeOutcome.ConfChangePending, node.Core.Propose(Single(ConfChangeType.AddVoter, 4)));
    }

    [Fact]
    public void Change_SecondInFlight_IsRefusedUntilFirstIsApplied()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        Assert.Equal(ProposeOutcome.Appended, node.Core.Propose(Single(ConfChangeType.AddLearner, 4)));
        Assert.Equal(ProposeOutcome.ConfChangePending, node.Core.Propose(Single(ConfChangeType.AddLearner, 5)));
        node.Settle();
        node.Step(MessageType.AppendEntriesResponse, 2, 1, index: 2);
        Assert.Equal(ProposeOutcome.Appended, node.Core.Propose(Single(ConfChangeType.AddLearner, 5)));
    }

    [Fact]
    public void Change_Invalid_IsRejectedPermanently()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        Assert.Equal(ProposeOutcome.ConfChangeInvalid, node.Core.Propose(new ConfChange([], Joint: false, default)));
    }

    [Fact]
    public void Leader_RemovedByCommittedChange_StepsDownAndRefusesProposals()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.Propose(Single(ConfChangeType.Remove, 1));
        node.Settle();
        node.Step(MessageType.AppendEntriesResponse, 2, 1, index: 2);
        Assert.Equal(Role.Follower, node.Core.Status.Role);
        Assert.Equal(ProposeOutcome.Removed, node.Core.Propose(new byte[1]));
        node.Core.Campaign();
        Assert.Equal(Role.Follower, node.Core.Status.Role);
    }

    [Fact]
    public void Proposals_BeyondUncommittedLimit_AreRefused()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        Assert.Equal(ProposeOutcome.Appended, node.Core.Propose(new byte[800]));
        Assert.Equal(ProposeOutcome.TooMuchUncommitted, node.Core.Propose(new byte[300]));
        node.Settle();
        node.Step(MessageType.AppendEntriesResponse, 2, 1, index: 2);
        Assert.Equal(ProposeOutcome.Appended, node.Core.Propose(new byte[300]));
    }

    // Member 2 was removed and has a longer log: it rejects member 1, which does not know yet that it is the only member. Found by simulation.
    [Fact]
    public void Voter_RefusedByARemovedMember_LearnsThatTheRemovalIsCommitted()
    {
        LoneNode removed = new LoneNode([1, 2], logTerms: [1, 1, 1, 1], hardState: new HardState(1, 0, 3));
        Message refusal = Assert.Single(removed.Step(MessageType.PreVote, 2, 2, index: 3, logTerm: 1), sent => sent.Type == MessageType.PreVoteResponse);
        Assert.True(refusal.Reject);
        Assert.Equal((3UL, 1UL), (refusal.Commit, refusal.LogTerm));

        LoneNode asker = new LoneNode([1, 2], logTerms: [1, 1, 1], hardState: new HardState(1, 0, 2));
        asker.Core.Campaign();
        asker.Settle();
        asker.Step(LoneNode.Make(MessageType.PreVoteResponse, 2, 1, logTerm: 1, commit: 3, reject: true));
        Assert.Equal(3UL, asker.Core.Status.Commit);
    }

    private static ConfChange Single(ConfChangeType type, ulong id) => new([new ConfChangeStep(type, id)], Joint: false, default);
}
