using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Replication;

public sealed class HeartbeatHandlerTests
{
    [Fact]
    public void Commit_WithinTheLog_IsTaken()
    {
        var node = new LoneNode([1, 2, 3], [1, 1, 1], new HardState(1, 0, 1));
        node.Step(MessageType.Heartbeat, 2, term: 1, commit: 3);
        Assert.Equal(3ul, node.Core.Status.Commit);
    }

    [Theory]
    [InlineData(4ul)]
    [InlineData((1UL << 62) - 1)]
    public void Commit_BeyondTheLog_IsReportedAsMissingEntriesAndNotTaken(ulong commit)
    {
        var node = new LoneNode([1, 2, 3], [1, 1, 1], new HardState(1, 0, 1));
        node.Step(MessageType.Heartbeat, 2, term: 1, commit: commit);
        Assert.Equal(1ul, node.Core.Status.Commit);
        Assert.Contains(node.Events, seen => seen is { Kind: RaftEventKind.EntriesMissing, Node: 2 } && seen.Value == commit);
    }
}
