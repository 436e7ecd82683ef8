using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Reads;

public sealed class ReadIndexTests
{
    [Fact]
    public void Read_BeforeOwnTermCommit_Waits()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead(commitNoop: false);
        node.Core.ReadIndex(1);
        Assert.DoesNotContain(node.Settle(), message => message.Type == MessageType.Heartbeat);

        ulong round = Round(node.Step(MessageType.AppendEntriesResponse, 2, 1, index: 1));
        Assert.Empty(Confirmed(node));
        node.Step(MessageType.HeartbeatResponse, 2, 1, context: round);
        Assert.Equal([new ReadState(1, 1)], Confirmed(node));
    }

    [Fact]
    public void Reads_WaitingTogether_ShareOneRound()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.ReadIndex(1);
        node.Core.ReadIndex(2);
        ulong round = Round(node.Settle());
        node.Core.ReadIndex(3);
        Assert.Empty(node.Settle());

        node.Step(MessageType.HeartbeatResponse, 2, 1, context: round);
        Assert.Equal([1UL, 2UL], Confirmed(node).Select(read => read.RequestId));
    }

    [Fact]
    public void Retry_OnHeartbeat_UsesFreshRoundAndOldAnswersDoNotConfirmIt()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.ReadIndex(1);
        ulong first = Round(node.Settle());
        node.Core.ReadIndex(2);
        node.Core.Tick();
        ulong second = Round(node.Settle());
        Assert.True(second > first);

        node.Step(MessageType.HeartbeatResponse, 2, 1, context: first);
        Assert.Equal([1UL], Confirmed(node).Select(read => read.RequestId));
        node.Step(MessageType.HeartbeatResponse, 3, 1, context: second);
        Assert.Equal([1UL, 2UL], Confirmed(node).Select(read => read.RequestId));
    }

    [Fact]
    public void Answer_OfRoundNeverSent_IsDropped()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.ReadIndex(1);
        ulong round = Round(node.Settle());
        node.Step(MessageType.HeartbeatResponse, 2, 1, context: round + 1000);
        Assert.Empty(Confirmed(node));
    }

    [Fact]
    public void Read_DuringTransfer_IsRefused()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.TransferLeader(3);
        node.Core.ReadIndex(1);
        node.Core.Step(LoneNode.Make(MessageType.ReadIndex, 2, 1, context: 9));
        Message refusal = Assert.Single(node.Settle(), message => message.Type == MessageType.ReadIndexResponse);
        Assert.True(refusal.Reject);
        Assert.Equal([1UL], node.Readies.SelectMany(ready => ready.ReadsDropped));
    }

    [Fact]
    public void Read_LeadershipLost_IsDropped()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.ReadIndex(1);
        node.Settle();
        node.Step(MessageType.Heartbeat, 2, 5);
        Assert.Equal([1UL], node.Readies.SelectMany(ready => ready.ReadsDropped));
    }

    [Fact]
    public void Read_OnFollower_IsForwardedAndAnsweredOnce()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Step(MessageType.Heartbeat, 2, 1);
        node.Core.ReadIndex(8);
        Assert.Equal(8UL, Assert.Single(node.Settle(), message => message.Type == MessageType.ReadIndex).Context);
        node.Step(MessageType.ReadIndexResponse, 2, 1, index: 4, context: 8);
        node.Step(MessageType.ReadIndexResponse, 2, 1, index: 5, context: 8);
        Assert.Equal([new ReadState(8, 4)], Confirmed(node));
    }

    [Fact]
    public void Read_AnswerLost_IsGivenBackAfterElectionTimeout()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Step(MessageType.Heartbeat, 2, 1);
        node.Core.ReadIndex(8);
        for (int i = 0; i < 10; i++)
        {
            node.Core.Tick();
            node.Step(MessageType.Heartbeat, 2, 1);
        }

        Assert.Equal([8UL], node.Readies.SelectMany(ready => ready.ReadsDropped));
    }

    [Fact]
    public void Read_SingleVoter_IsImmediateAfterOwnTermCommit()
    {
        var node = new LoneNode([1]);
        node.Core.Campaign();
        node.PumpOnly();
        node.Core.ReadIndex(1);
        node.Settle();
        Assert.Empty(Confirmed(node));
        node.Core.ReadIndex(2);
        node.Settle();
        Assert.Equal([new ReadState(2, 1)], Confirmed(node));
    }

    private static ulong Round(List<Message> sent)
    {
        ulong[] rounds = [.. sent.Where(message => message.Type == MessageType.Heartbeat).Select(message => message.Context).Distinct()];
        return Assert.Single(rounds);
    }

    private static IEnumerable<ReadState> Confirmed(LoneNode node) => node.Readies.SelectMany(ready => ready.ReadStates);
}
