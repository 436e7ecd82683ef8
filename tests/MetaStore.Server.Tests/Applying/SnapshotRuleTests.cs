using MetaStore.Server.Applying;

namespace MetaStore.Server.Tests.Applying;

public sealed class SnapshotRuleTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(9_999, 1, 1, false)]
    [InlineData(10_000, 1, 1, true)]
    [InlineData(10_000, 1, 16, true)]
    [InlineData(10_000, 19, 20, false)]
    [InlineData(10_000, 20, 20, true)]
    [InlineData(1_000_000, 199, 200, false)]
    [InlineData(1, 63, 60, false)]
    [InlineData(1, 64, 60, true)]
    [InlineData(1, 64, 1000, false)]
    [InlineData(1, 1000, 1000, true)]
    public void IsDue_WeighsTheLogAgainstTheState(long entries, long logMiB, long stateMiB, bool due) =>
        Assert.Equal(due, SnapshotRule.IsDue(entries, entriesMax: 10_000, logMiB * MiB, stateMiB * MiB));
}
