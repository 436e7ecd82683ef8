using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Elections;

public sealed class RequestVoteHandlerTests
{
    [Fact]
    public void RequestVote_FreeVote_IsAnsweredOnlyWhenDurable()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Core.Step(LoneNode.Make(MessageType.RequestVote, 2, term: 5));

        Assert.Empty(node.PumpOnly());
        Assert.Equal(0UL, node.Node.Disk.HardState.Vote);

        Message answer = Assert.Single(node.Settle());
        Assert.False(answer.Reject);
        Assert.Equal(new HardState(5, 2, 0), node.Node.Disk.HardState);
    }

    [Fact]
    public void RequestVote_SecondCandidateOfTerm_IsRefused()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Step(MessageType.RequestVote, 2, term: 5);

        Assert.True(Assert.Single(node.Step(MessageType.RequestVote, 3, term: 5)).Reject);
        Assert.False(Assert.Single(node.Step(MessageType.RequestVote, 2, term: 5)).Reject);
    }

    [Fact]
    public void RequestVote_AfterRestart_RemembersVote()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Step(MessageType.RequestVote, 2, term: 5);
        node.Node.Crash(durableWrites: 0);

        Assert.True(Assert.Single(node.Step(MessageType.RequestVote, 3, term: 5)).Reject);
    }

    [Theory]
    [InlineData(2UL, 2UL, true)] // shorter
    [InlineData(9UL, 1UL, true)] // longer, but of an older term
    [InlineData(3UL, 2UL, false)] // the same
    [InlineData(1UL, 3UL, false)] // shorter, of a newer term
    public void RequestVote_LogComparedByTermThenLength_DecidesVote(ulong lastIndex, ulong lastTerm, bool refused)
    {
        var node = new LoneNode([1, 2, 3], [1, 2, 2], new HardState(2, 0, 0));

        Assert.Equal(refused, Assert.Single(node.Step(MessageType.RequestVote, 2, 5, lastIndex, lastTerm)).Reject);
    }

    [Fact]
    public void RequestVote_LeaderHeard_IsIgnoredUnlessForcedByTransfer()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Step(MessageType.Heartbeat, 2, term: 1);

        Assert.Empty(node.Step(MessageType.RequestVote, 3, term: 9));
        Assert.Equal(1UL, node.Core.Status.Term);
        Assert.False(Assert.Single(node.Step(MessageType.RequestVote, 3, term: 9, context: 1)).Reject);
    }

    /// <summary>It may have acknowledged a leader just before it was restarted, which relies on that.</summary>
    [Theory]
    [InlineData(MessageType.RequestVote)]
    [InlineData(MessageType.PreVote)]
    public void Vote_JustAfterARestart_IsRefusedUnlessForcedByTransfer(MessageType vote)
    {
        var node = new LoneNode([1, 2, 3], hardState: new HardState(4, 2, 0), quietTicks: 2);
        Assert.Empty(node.Step(vote, 3, term: 5));
        node.Core.Tick();
        Assert.Empty(node.Step(vote, 3, term: 5));
        Assert.Equal(4UL, node.Core.Status.Term);
        Assert.False(Assert.Single(node.Step(vote, 3, term: 5, context: 1)).Reject);

        node.Node.Crash(durableWrites: 0);
        node.Core.Tick();
        node.Core.Tick();
        Assert.False(Assert.Single(node.Step(vote, 3, term: 6)).Reject);
    }

    [Fact]
    public void PreVote_Granted_ChangesNothing()
    {
        var node = new LoneNode([1, 2, 3]);
        Message answer = Assert.Single(node.Step(MessageType.PreVote, 2, term: 5));

        Assert.False(answer.Reject);
        Assert.Equal(5UL, answer.Term);
        Assert.Equal((0UL, 0UL), (node.Core.Status.Term, node.Core.Status.Vote));
    }

    [Fact]
    public void PreVote_OfOldTerm_IsRefusedWithOwnTerm()
    {
        var node = new LoneNode([1, 2, 3], hardState: new HardState(7, 0, 0));
        Message answer = Assert.Single(node.Step(MessageType.PreVote, 2, term: 5));

        Assert.True(answer.Reject);
        Assert.Equal(7UL, answer.Term);
    }
}
