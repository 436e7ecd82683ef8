using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Elections;

public sealed class VoteResponseHandlerTests
{
    [Fact]
    public void Candidate_OwnVoteNotDurable_IsNotCounted()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Core.Campaign();
        node.Settle();
        node.Core.Step(LoneNode.Make(MessageType.PreVoteResponse, 2, term: 1));
        node.PumpOnly();
        node.Core.Step(LoneNode.Make(MessageType.RequestVoteResponse, 2, term: 1));
        node.PumpOnly();
        Assert.Equal(Role.Candidate, node.Core.Status.Role);

        node.Settle();
        Assert.Equal(Role.Leader, node.Core.Status.Role);
    }

    [Fact]
    public void Candidate_RequestForVotes_LeavesAfterOwnTermIsDurable()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Core.Campaign();
        node.Settle();
        node.Core.Step(LoneNode.Make(MessageType.PreVoteResponse, 2, term: 1));

        Assert.Empty(node.PumpOnly());
        Assert.Equal(2, node.Settle().Count(message => message.Type == MessageType.RequestVote));
        Assert.Equal(1UL, node.Node.Disk.HardState.Term);
    }

    [Fact]
    public void PreCandidate_GrantForAnotherTerm_IsIgnored()
    {
        var node = new LoneNode([1, 2, 3], hardState: new HardState(4, 0, 0));
        node.Core.Campaign();
        node.Settle();
        node.Step(MessageType.PreVoteResponse, 2, term: 9);

        Assert.Equal((Role.PreCandidate, 4UL), (node.Core.Status.Role, node.Core.Status.Term));
    }

    [Fact]
    public void Candidate_VoteOfNonMember_IsNotCounted()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Core.Campaign();
        node.Settle();
        node.Step(MessageType.PreVoteResponse, 2, term: 1);
        node.Step(MessageType.RequestVoteResponse, 77, term: 1);
        Assert.Equal(Role.Candidate, node.Core.Status.Role);
    }

    [Fact]
    public void Candidate_RefusedByQuorum_BecomesFollower()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Core.Campaign();
        node.Settle();
        node.Step(MessageType.PreVoteResponse, 2, term: 1);
        node.Step(MessageType.RequestVoteResponse, 2, term: 1, reject: true);
        node.Step(MessageType.RequestVoteResponse, 3, term: 1, reject: true);
        Assert.Equal(Role.Follower, node.Core.Status.Role);
    }

    [Theory]
    [InlineData(MessageType.AppendEntriesResponse)]
    [InlineData(MessageType.HeartbeatResponse)]
    public void Leader_HigherTermInAnswer_StepsDown(MessageType type)
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Step(type, 2, term: 9);
        Assert.Equal((Role.Follower, 9UL, 0UL), (node.Core.Status.Role, node.Core.Status.Term, node.Core.Status.Leader));
    }

    [Fact]
    public void Leader_NoResponseFromQuorum_StepsDownWithinTwoElectionTimeouts()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        for (int i = 0; i < 20; i++)
        {
            node.Core.Tick();
        }

        node.Settle();
        Assert.Equal(Role.Follower, node.Core.Status.Role);
        Assert.Contains(node.Events, happened => happened.Kind == RaftEventKind.QuorumLost);
    }
}
