using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Replication;

public sealed class AppendEntriesHandlerTests
{
    [Fact]
    public void Append_NewEntries_AreAcknowledgedOnlyWhenDurable()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Core.Step(LoneNode.Make(MessageType.AppendEntries, 2, 1, terms: [1, 1]));

        Assert.Empty(node.PumpOnly());
        Assert.Equal(2UL, Assert.Single(node.Settle()).Index);
        Assert.Equal(2UL, node.Node.Disk.LastIndex);
    }

    [Fact]
    public void Append_DuplicateWhileWriteIsPending_IsAcknowledgedAfterThatWrite()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Core.Step(LoneNode.Make(MessageType.AppendEntries, 2, 1, terms: [1, 1]));
        node.PumpOnly();
        node.Core.Step(LoneNode.Make(MessageType.AppendEntries, 2, 1, terms: [1, 1]));

        Assert.Empty(node.PumpOnly());
        Assert.Equal(2, node.Node.WritesWaiting);
        Assert.Equal(2, node.Settle().Count);
    }

    [Fact]
    public void Append_PreviousEntryOfOtherTerm_IsRefusedWithHint()
    {
        var node = new LoneNode([1, 2, 3], [1, 1, 2, 2], new HardState(2, 0, 0));
        Message answer = Assert.Single(node.Step(MessageType.AppendEntries, 2, 5, index: 4, logTerm: 1));

        Assert.True(answer.Reject);
        Assert.Equal((4UL, 2UL, 1UL), (answer.Index, answer.RejectHint, answer.LogTerm));
        Assert.Equal(4UL, node.Core.Status.LastIndex);
    }

    [Fact]
    public void Append_OldMessageWithPrefix_DoesNotCutTheLog()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Step(MessageType.AppendEntries, 2, 1, terms: [1, 1, 1]);
        Message answer = Assert.Single(node.Step(MessageType.AppendEntries, 2, 1, terms: [1]));

        Assert.Equal(1UL, answer.Index);
        Assert.Equal(3UL, node.Core.Status.LastIndex);
    }

    [Fact]
    public void Append_Conflict_ReplacesFromThere()
    {
        var node = new LoneNode([1, 2, 3], [1, 1, 1], new HardState(1, 0, 0));
        node.Step(MessageType.AppendEntries, 2, 2, index: 1, logTerm: 1, terms: [2]);

        Assert.Equal(2UL, node.Node.Disk.LastIndex);
        Assert.True(node.Node.Disk.Holds(2, 2));
    }

    [Fact]
    public void Append_CommitBeyondItsEntries_IsCapped()
    {
        var node = new LoneNode([1, 2, 3], [1, 1, 1], new HardState(1, 0, 0));
        node.Step(MessageType.AppendEntries, 2, 2, index: 1, logTerm: 1, commit: 3);
        Assert.Equal(1UL, node.Core.Status.Commit);
    }

    [Fact]
    public void Append_OfLowerTerm_IsAnsweredWithOwnTermAndChangesNothing()
    {
        var node = new LoneNode([1, 2, 3], hardState: new HardState(5, 0, 0));
        Message answer = Assert.Single(node.Step(MessageType.AppendEntries, 2, 3, terms: [3]));

        Assert.Equal((5UL, 0UL), (answer.Term, node.Core.Status.LastIndex));
    }

    [Fact]
    public void Append_OfSecondLeaderInTerm_IsDroppedAndReported()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Step(MessageType.Heartbeat, 2, 1);
        Assert.Empty(node.Step(MessageType.AppendEntries, 3, 1, terms: [1]));
        Assert.Contains(node.Events, happened => happened is { Kind: RaftEventKind.MessageDropped, Node: 3 });
    }

    [Fact]
    public void Append_CommittedButNotDurable_IsNotApplied()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Core.Step(LoneNode.Make(MessageType.AppendEntries, 2, 1, commit: 1, terms: [1]));
        node.PumpOnly();
        Assert.Equal((1UL, 0UL), (node.Core.Status.Commit, node.Node.Applied));

        node.Settle();
        Assert.Equal(1UL, node.Node.Applied);
    }
}
