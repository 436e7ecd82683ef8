using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Tests.Configuration.Values;

public sealed class ByteSizesTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("4096", 4096)]
    [InlineData("-1", -1)]
    [InlineData("0x10", 16)]
    [InlineData("1B", 1)]
    [InlineData("64KB", 64_000)]
    [InlineData("64KiB", 65_536)]
    [InlineData("64 kib", 65_536)]
    [InlineData("1.5MiB", 1_572_864)]
    [InlineData("2GB", 2_000_000_000)]
    [InlineData("2GiB", 2_147_483_648)]
    [InlineData(".5KiB", 512)]
    public void TryParse_NumberWithUnit_IsRead(string text, long expected)
    {
        Assert.True(ByteSizes.TryParse(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    /// <summary>.NET reads NaN and Infinity as numbers whatever the style: as a quota they would mean no bound at all.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("B")]
    [InlineData("MiB")]
    [InlineData("NaNMB")]
    [InlineData("InfinityGiB")]
    [InlineData("\u221eGiB")]
    [InlineData("-1MiB")]
    [InlineData("1e3MB")]
    [InlineData("1,5MiB")]
    [InlineData("0x10MiB")]
    [InlineData("1TB")]
    [InlineData("1MiBB")]
    [InlineData("one")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(ByteSizes.TryParse(text, out _));

    [Fact]
    public void TryParse_MoreThanFits_IsTheLargestNumber()
    {
        Assert.True(ByteSizes.TryParse("99999999999999999999GiB", out long bytes));
        Assert.Equal(long.MaxValue, bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(8L << 30)]
    public void Format_IsReadBackAsTheSameSize(long bytes)
    {
        Assert.True(ByteSizes.TryParse(ByteSizes.Format(bytes), out long read));
        Assert.Equal(bytes, read);
    }
}
