using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;
using MetaStore.Raft.Tracking;

namespace MetaStore.Raft.Tests.Replication;

public sealed class AppendResponseHandlerTests
{
    [Fact]
    public void Leader_OwnEntryNotDurable_DoesNotCountItself()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.Propose(new byte[1]);
        node.PumpOnly();
        node.Core.Step(LoneNode.Make(MessageType.AppendEntriesResponse, 2, 1, index: 2));
        node.PumpOnly();
        Assert.Equal(1UL, node.Core.Status.Commit);

        node.Settle();
        Assert.Equal(2UL, node.Core.Status.Commit);
    }

    [Fact]
    public void Leader_EntriesOfEarlierTermOnQuorum_AreNotCommittedByCounting()
    {
        LoneNode node = new LoneNode([1, 2, 3], [1, 2], new HardState(2, 0, 0)).Lead(commitNoop: false);
        node.Step(MessageType.AppendEntriesResponse, 2, 3, index: 2);
        Assert.Equal(0UL, node.Core.Status.Commit);

        node.Step(MessageType.AppendEntriesResponse, 2, 3, index: 3);
        Assert.Equal(3UL, node.Core.Status.Commit);
    }

    [Fact]
    public void Answer_BeyondTheLog_IsDroppedAndReported()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Step(MessageType.AppendEntriesResponse, 3, 1, index: 99);
        Assert.Equal(0UL, Follower(node, 3).Match);
        Assert.Contains(node.Events, happened => happened is { Kind: RaftEventKind.MessageDropped, Node: 3 });
    }

    [Fact]
    public void StaleRefusal_BelowMatch_DoesNotRewind()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        FollowerStatus before = Follower(node, 2);
        Assert.Empty(node.Step(MessageType.AppendEntriesResponse, 2, 1, index: 0, reject: true));
        Assert.Equal(before, Follower(node, 2));
    }

    [Fact]
    public void Refusal_WithTermHint_SkipsWholeTerm()
    {
        // Leader 1 1 1 5 5 5, follower 1 1 1 and then only entries of term 4: one rejection finds index 3.
        LoneNode node = new LoneNode([1, 2, 3], [1, 1, 1, 5, 5, 5], new HardState(5, 0, 0)).Lead(commitNoop: false);
        List<Message> sent = node.Step(MessageType.AppendEntriesResponse, 3, 6, index: 6, reject: true, hint: 6, logTerm: 4);
        Assert.Equal(3UL, Assert.Single(sent).Index);
    }

    [Fact]
    public void Follower_FullWindow_IsPausedUntilAnswer()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        for (int i = 0; i < 6; i++)
        {
            node.Core.Propose(new byte[1]);
            node.Settle();
        }

        Assert.Equal((4, 6UL), (Follower(node, 2).InflightMessages, Follower(node, 2).Next));
        Assert.Equal(2, Assert.Single(node.Step(MessageType.AppendEntriesResponse, 2, 1, index: 3), m => m.To == 2).Entries.Count);
        Assert.Equal(8UL, Follower(node, 2).Next);
    }

    [Fact]
    public void Follower_AppendsLost_IsFoundByHeartbeatAnswer()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        node.Core.Propose(new byte[1]);
        node.Settle();

        Message probe = Assert.Single(node.Step(MessageType.HeartbeatResponse, 2, 1));
        Assert.Equal((2UL, 0), (probe.Index, probe.Entries.Count));
        Message again = Assert.Single(node.Step(MessageType.AppendEntriesResponse, 2, 1, index: 2, reject: true, hint: 1, logTerm: 1));
        Assert.Equal((1UL, 1), (again.Index, again.Entries.Count));
        Assert.Equal(ProgressState.Probe, Follower(node, 2).State);
    }

    [Fact]
    public void Refusal_OfWhatWasAcknowledged_IsReportedAndWaitsForASignOfLife()
    {
        LoneNode node = new LoneNode([1, 2, 3]).Lead();
        ulong match = node.Core.Status.LastIndex;
        node.Core.ReportUnreachable(2);
        node.Settle();

        List<Message> sent = node.Step(MessageType.AppendEntriesResponse, 2, node.Core.Term, index: match, reject: true, hint: match - 1);

        Assert.DoesNotContain(sent, message => message.Type == MessageType.AppendEntries && message.To == 2);
        Assert.Contains(node.Events, seen => seen is { Kind: RaftEventKind.AcknowledgementLost, Node: 2 } && seen.Value == match);
    }

    private static FollowerStatus Follower(LoneNode node, ulong id) => node.Core.Status.Followers.Single(f => f.NodeId == id);
}
