using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Runtime.Tests.Bootstrap;

public sealed class NodeBootstrapTests
{
    private static readonly InitialMember[] Members =
        [new(3, new byte[] { 3 }), new(1, new byte[] { 1 }), new(2, new byte[] { 2 })];

    [Fact]
    public void NewCluster_BeginsWithOneCommittedChangePerMember_SortedById()
    {
        WalRecovery begun = NodeBootstrap.Begin(new WalRecovery(), Members);

        Assert.Equal(new HardState(1, 0, 3), begun.HardState);
        Assert.Equal([1ul, 2, 3], begun.Entries.Select(entry => entry.Index));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(ConfChangeCodec.TryDecode(begun.Entries[i].Data, out ConfChange? change));
            Assert.Equal(new ConfChangeStep(ConfChangeType.AddVoter, (ulong)i + 1), Assert.Single(change!.Steps));
            Assert.Equal([(byte)(i + 1)], change.Context.ToArray());
        }
    }

    [Fact]
    public void NewCluster_OnAUsedLog_IsRefused() => Assert.Throws<InvalidOperationException>(
        () => NodeBootstrap.Begin(new WalRecovery { HardState = new HardState(4, 0, 0) }, Members));

    [Fact]
    public void NewCluster_WithAMemberTwice_IsRefused() => Assert.Throws<ArgumentException>(
        () => NodeBootstrap.Begin(new WalRecovery(), [.. Members, new InitialMember(2, default)]));
}
