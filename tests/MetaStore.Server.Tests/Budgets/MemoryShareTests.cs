using MetaStore.Server.Budgets;

namespace MetaStore.Server.Tests.Budgets;

public sealed class MemoryShareTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void Configured_IsTakenAsItIs()
    {
        Assert.Equal(1, MemoryShare.ForResponses(1));
        Assert.Equal(long.MaxValue, MemoryShare.ForWatches(long.MaxValue));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void NotConfigured_IsAShareOfTheMemory_WithinBounds(long configured)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        Assert.Equal(Math.Max(available / 4, 32 * MiB), MemoryShare.ForResponses(configured));
        Assert.Equal(Math.Clamp(available / 8, 32 * MiB, 256 * MiB), MemoryShare.ForWatches(configured));
    }

    /// <summary>Arrays of a burst come back to the pool; more than it keeps become garbage, or the memory of a burst would stay in use.</summary>
    [Fact]
    public void LargeArrays_KeepsAFewOfEachSize()
    {
        // The largest size: of others the next ones are taken when there is none.
        byte[][] rented = [.. Enumerable.Range(0, LargeArrays.KeptPerSize + 2).Select(_ => LargeArrays.Pool.Rent(12 << 20))];
        Assert.All(rented, array => Assert.Equal(16 << 20, array.Length));
        foreach (byte[] array in rented)
        {
            LargeArrays.Pool.Return(array);
        }

        byte[][] again = [.. rented.Select(_ => LargeArrays.Pool.Rent(12 << 20))];
        Assert.InRange(again.Intersect(rented).Count(), 1, LargeArrays.KeptPerSize);
        Assert.Equal(again.Length, again.Distinct().Count());
    }
}
