using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Snapshots;

public sealed class InstallSnapshotHandlerTests
{
    [Fact]
    public void Snapshot_Newer_ReplacesLogAndIsAcknowledgedWhenInstalled()
    {
        var node = new LoneNode([1, 2, 3], [1, 1], new HardState(1, 0, 1));
        node.Core.Step(Install(term: 3, index: 10, snapshotTerm: 2));

        Assert.Empty(node.PumpOnly());
        Assert.Equal(10UL, Assert.Single(node.Settle()).Index);
        Assert.Equal((11UL, 10UL, 10UL), (node.Core.Status.FirstIndex, node.Core.Status.Commit, node.Core.Status.Applied));
    }

    [Fact]
    public void Snapshot_MatchingEntryInLog_KeepsTheNewerSuffix()
    {
        var node = new LoneNode([1, 2, 3], [1, 1, 1, 1], new HardState(1, 0, 1));
        Assert.Equal(3UL, Assert.Single(node.Step(Install(term: 1, index: 3, snapshotTerm: 1))).Index);

        Assert.Equal((4UL, 3UL), (node.Core.Status.LastIndex, node.Core.Status.Commit));
        Assert.DoesNotContain(node.Readies, ready => ready.Snapshot is not null);
    }

    [Fact]
    public void Snapshot_AtOrBelowCommit_IsRefused()
    {
        var node = new LoneNode([1, 2, 3], [1, 1, 1], new HardState(1, 0, 3));
        Assert.Equal(3UL, Assert.Single(node.Step(Install(term: 1, index: 2, snapshotTerm: 1))).Index);
        Assert.Equal(3UL, node.Core.Status.LastIndex);
        Assert.DoesNotContain(node.Readies, ready => ready.Snapshot is not null);
    }

    [Fact]
    public void Snapshot_TwoInARow_OnlyTheNewestCounts()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Core.Step(Install(term: 3, index: 10, snapshotTerm: 2));
        node.PumpOnly();
        node.Core.Step(Install(term: 3, index: 20, snapshotTerm: 3));
        node.PumpOnly();
        node.Core.SnapshotPersisted(10);
        Assert.Equal(0UL, node.Core.Status.Applied);

        node.Settle();
        Assert.Equal(20UL, node.Core.Status.Applied);
    }

    [Fact]
    public void Snapshot_WhileInstalling_NothingIsAppliedAndNoCampaignStarts()
    {
        var node = new LoneNode([1, 2, 3]);
        node.Core.Step(Install(term: 3, index: 10, snapshotTerm: 2));
        node.Core.Step(LoneNode.Make(MessageType.AppendEntries, 2, 3, index: 10, logTerm: 2, commit: 11, terms: [3]));
        node.PumpOnly();
        node.Core.Campaign();
        Assert.Equal((Role.Follower, 0UL), (node.Core.Status.Role, node.Node.Applied));

        node.Settle();
        Assert.Equal(11UL, node.Node.Applied);
    }

    [Fact]
    public void Snapshot_WithoutVoters_IsDropped()
    {
        var node = new LoneNode([1, 2, 3]);
        Assert.Empty(node.Step(Install(term: 3, index: 10, snapshotTerm: 2, members: ConfState.Empty)));
        Assert.Contains(node.Events, happened => happened is { Kind: RaftEventKind.MessageDropped, Node: 2 });
    }

    private static Message Install(ulong term, ulong index, ulong snapshotTerm, ConfState? members = null) => new()
    {
        Type = MessageType.InstallSnapshot,
        To = 1,
        From = 2,
        Term = term,
        Snapshot = new SnapshotMetadata(index, snapshotTerm, members ?? ConfState.Of(1, 2, 3)),
    };
}
