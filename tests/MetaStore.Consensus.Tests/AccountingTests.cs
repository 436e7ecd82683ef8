using MetaStore.Consensus.Load;
using MetaStore.Consensus.Rates;
using MetaStore.Consensus.Trials;

namespace MetaStore.Consensus.Tests;

public sealed class AccountingTests
{
    [Fact]
    public void Trial_CountsWhatWasAcknowledgedAndIsNotThere() =>
        Assert.Equal(new TrialResult(Acknowledged: 4, Lost: 2), TrialResult.Of([1, 2, 3, 4], [0, 1, 3, 9]));

    [Fact]
    public void IdFile_GivesBackWhatWasAdded()
    {
        var path = Path.GetTempFileName();
        try
        {
            using var ids = IdFile.Create(path);
            long[] added = [0, 7, 8, (1 << 20) + 3];
            Array.ForEach(added, ids.Add);
            Assert.True(ids.Contains(7));
            Assert.False(ids.Contains(6));
            Assert.Equal(added, IdFile.Read(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Figures_AreOfPutsAndOfEntries()
    {
        var load = RateLoad.All.Single(load => load.Name == "4 x 256 puts");
        var figures = RateFigures.Of(load, new LoadResult(Entries: 100, Refused: 0, Seconds: 2, P50: 5, P99: 9), TimeSpan.FromMilliseconds(256));
        Assert.Equal(50, figures.EntriesPerSecond);
        Assert.Equal(12_800, figures.PutsPerSecond);
        Assert.Equal(2_560, figures.CpuPerEntry);
        Assert.Equal(10, figures.CpuPerPut);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("--trials", "0")]
    [InlineData("--trials")]
    [InlineData("--system", "Paxos")]
    public void Options_RefuseWhatTheyCannotRead(params string[] words) => Assert.Throws<ArgumentException>(() => ConsensusOptions.Parse(words));
}
