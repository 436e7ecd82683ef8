using MetaStore.Engines.PageFiles;
using MetaStore.Engines.Paged;

namespace MetaStore.Engines.Tests.PageFiles;

public sealed class EarlyPagesTests
{
    private readonly EarlyPages _early = new(100);

    [Fact]
    public void WrittenInVain_MoreStaysInMemory_UpToFourTimes()
    {
        long[] limits = [100, 200, 400, 400];
        foreach (var limit in limits)
        {
            Assert.Equal(limit, _early.BytesMin);
            Checkpoint(used: 499);
        }
    }

    [Theory]
    [InlineData(760, 100)]
    [InlineData(600, 200)]
    [InlineData(0, 400)]
    public void AfterThat_WhatIsUsedDecides(long used, long limit)
    {
        Checkpoint(used: 0);
        Checkpoint(used);
        Assert.Equal(limit, _early.BytesMin);
    }

    [Fact]
    public void NothingWrittenEarly_ChangesNothing()
    {
        Checkpoint(used: 0);
        _early.Learn(new Dictionary<StoredFile, long>());
        Assert.Equal(200, _early.BytesMin);
    }

    private void Checkpoint(long used)
    {
        var file = new StoredFile(1, 1000);
        _early.Add([file]);
        _early.Learn(new Dictionary<StoredFile, long> { [file] = used });
    }
}
