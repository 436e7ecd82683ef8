using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Runtime.Tests.Transport;

namespace MetaStore.Raft.Runtime.Tests.Node;

public sealed class SkippedEntryTests
{
    private static readonly Entry Poison = new(3, 17, EntryType.Normal, new byte[] { 1, 2, 3 });

    [Fact]
    public void Name_OfAnEntry_IsReadAsItIsWritten()
    {
        SkippedEntry name = SkippedEntry.Of(Poison);

        Assert.Equal("17:039058c6f2c0cb49", name.ToString());
        Assert.True(SkippedEntry.TryParse(name.ToString().ToUpperInvariant(), out SkippedEntry? read));
        Assert.Equal(name, read);
        Assert.NotEqual(name, SkippedEntry.Of(Poison with { Data = new byte[] { 1, 2, 4 } }));
        Assert.Contains($"--unsafe-skip-entry={name} ", UnreadableEntryException.Describe(Poison, "so."), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("17:039058c6f2c0cb49", true)]
    [InlineData("17:039058c6f2c0cb48", false)]
    [InlineData("16:039058c6f2c0cb49", false)]
    public void CommittedEntry_IsPassedOverOnlyWhenIndexAndHashNameIt(string name, bool passed)
    {
        Assert.True(SkippedEntry.TryParse(name, out SkippedEntry? skipped));
        NodeProgress progress = new();
        CommittedQueue queue = new();
        new CommittedDispatcher(null!, queue, progress, [skipped], new LogSink()).Dispatch([Poison]);

        var batch = Assert.IsType<CommittedBatch>(Assert.Single(queue.Take(TimeSpan.Zero)!));
        Assert.Equal(passed ? 0 : 3, Assert.Single(batch.Entries).Data.Length);
        Assert.Equal(17ul, progress.HandedOut);
    }

    [Theory]
    [InlineData("")]
    [InlineData("17")]
    [InlineData("0:039058c6f2c0cb49")]
    [InlineData("-1:039058c6f2c0cb49")]
    [InlineData("17\0:039058c6f2c0cb49")]
    [InlineData("17:039058c6f2c0cb4")]
    [InlineData("17:039058c6f2c0cb4g")]
    [InlineData("17:039058c6f2c0cb49:1")]
    public void Text_ThatIsNoName_IsRefused(string text) => Assert.False(SkippedEntry.TryParse(text, out _));
}
