using MetaStore.Server.Applying;

namespace MetaStore.Server.Tests.Applying;

public sealed class SnapshotRuleTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(9_999, 1, 1, false)]
    [InlineData(10_000, 1, 1, true)]
    [InlineData(10_000, 1, 16, true)]
    [InlineData(10_000, 9, 20, false)]
    [InlineData(10_000, 10, 20, true)]
    [InlineData(1_000_000, 99, 200, false)]
    [InlineData(1, 63, 100, false)]
    [InlineData(1, 64, 100, true)]
    [InlineData(1, 64, 1000, false)]
    [InlineData(1, 500, 1000, true)]
    public void IsDue_WeighsTheLogAgainstTheState(long entries, long logMiB, long stateMiB, bool due) =>
        Assert.Equal(due, SnapshotRule.IsDue(entries, entriesMax: 10_000, logMiB * MiB, stateMiB * MiB));
}
