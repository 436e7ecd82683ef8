using MetaStore.Raft.Log;

namespace MetaStore.Raft.Tests.Log;

public sealed class WritesInProgressTests
{
    [Fact]
    public void Complete_EntryThatLeftAndCameBack_CountsOnlyWhatStayed()
    {
        var writes = new WritesInProgress();
        writes.Add(15, 5);
        writes.CutFrom(12);
        writes.Add(12, 6);
        writes.CutFrom(12);
        writes.Add(15, 5);

        Assert.Equal(11UL, writes.Complete(15, 5));
        Assert.Equal(11UL, writes.Complete(12, 6));
        Assert.Equal(15UL, writes.Complete(15, 5));
    }

    [Fact]
    public void Complete_LaterRun_CompletesEarlierOnes()
    {
        var writes = new WritesInProgress();
        writes.Add(1, 1);
        writes.Add(4, 1);
        Assert.Equal(4UL, writes.Complete(4, 1));
        Assert.Equal(0, writes.Count);
    }

    [Fact]
    public void Complete_UnknownRun_ChangesNothing()
    {
        var writes = new WritesInProgress();
        writes.Add(4, 2);
        Assert.Equal(0UL, writes.Complete(4, 1));
        Assert.Equal(1, writes.Count);
    }

    [Fact]
    public void Complete_AfterSnapshot_CountsNothing()
    {
        var writes = new WritesInProgress();
        writes.Add(4, 2);
        writes.Invalidate();
        Assert.Equal(0UL, writes.Complete(4, 2));
    }
}
