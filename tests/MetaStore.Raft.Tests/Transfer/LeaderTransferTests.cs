using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Transfer;

public sealed class LeaderTransferTests
{
    [Fact]
    public void Transfer_TargetLags_IsSentOnlyWhenItHasEverything()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.TransferLeader(3);
        Assert.DoesNotContain(node.Settle(), message => message.Type == MessageType.TimeoutNow);

        Assert.Equal(0UL, node.Core.TransferTerm);

        List<Message> sent = node.Step(MessageType.AppendEntriesResponse, 3, 1, index: 1);
        Assert.Equal(1UL, node.Core.TransferTerm);
        Assert.Equal(3UL, Assert.Single(sent, message => message.Type == MessageType.TimeoutNow).To);
    }

    [Fact]
    public void Transfer_Running_RejectsProposalsUntilAborted()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.TransferLeader(3);
        Assert.Equal(ProposeOutcome.Transferring, node.Core.Propose(new byte[1]));
        for (int i = 0; i < 10; i++)
        {
            node.Core.Tick();
            node.Step(MessageType.HeartbeatResponse, 2, 1);
        }

        Assert.Equal(ProposeOutcome.Appended, node.Core.Propose(new byte[1]));
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(77UL)]
    [InlineData(0UL)]
    public void Transfer_ToNoOtherVoter_IsIgnored(ulong target)
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.TransferLeader(target);
        Assert.Equal(0UL, node.Core.Status.Transferee);
    }

    [Fact]
    public void TimeoutNow_WhileLagging_IsIgnored()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Step(MessageType.AppendEntries, 2, 1, terms: [1]);
        node.Step(MessageType.TimeoutNow, 2, 1, index: 2, logTerm: 1);
        Assert.Equal(Role.Follower, node.Core.Status.Role);

        node.Step(MessageType.TimeoutNow, 2, 1, index: 1, logTerm: 1);
        Assert.Equal(Role.Candidate, node.Core.Status.Role);
    }

    [Fact]
    public void Transfer_AskedOfFollower_IsPassedOn()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Step(MessageType.Heartbeat, 2, 1);
        node.Core.TransferLeader(3);
        Message passed = Assert.Single(node.Settle());
        Assert.Equal((MessageType.TransferLeader, 2UL, 3UL), (passed.Type, passed.To, passed.From));
    }
}
