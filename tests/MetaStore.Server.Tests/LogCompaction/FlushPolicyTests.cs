using MetaStore.Server.LogCompaction;

namespace MetaStore.Server.Tests.LogCompaction;

public sealed class FlushPolicyTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(9_999, 1, 1, false)]
    [InlineData(10_000, 1, 1, true)]
    [InlineData(10_000, 1, 17, false)]
    [InlineData(10_000, 16, 1000, true)]
    [InlineData(100_000, 1, 1000, true)]
    [InlineData(1, 255, 1000, false)]
    [InlineData(1, 256, 1000, true)]
    public void IsDue_AsksForAFlushThatIsWorthAFile(long entries, long logMiB, long stateMiB, bool due) =>
        Assert.Equal(due, FlushPolicy.IsDue(entries, entriesMax: 10_000, logMiB * MiB, stateMiB * MiB));
}
