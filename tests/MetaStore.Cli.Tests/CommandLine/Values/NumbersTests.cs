using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;

namespace MetaStore.Cli.Tests.CommandLine.Values;

/// <summary>Sizes, lease IDs and member IDs.</summary>
public sealed class NumbersTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("4096", 4096)]
    [InlineData("1B", 1)]
    [InlineData("1.5KiB", 1536)]
    [InlineData("1kib", 1024)]
    [InlineData("2MB", 2_000_000)]
    [InlineData("3GiB", 3L << 30)]
    [InlineData("-1", -1)]
    [InlineData("8589934591GiB", 9223372035781033984)]
    public void Size_HasUnits(string text, long bytes) => Assert.Equal(bytes, ByteSizes.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("KiB")]
    [InlineData("1.5")]
    [InlineData("1.0001KiB")]
    [InlineData("1 KiB")]
    [InlineData("1e3")]
    [InlineData("8589934592GiB")]
    [InlineData("99999999999999999999999999999999")]
    public void Size_OfAnotherForm_IsRefused(string text) =>
        Assert.Equal($"\"{text}\" is not a size such as 1048576, 512KiB or 1MiB", Assert.Throws<UsageException>(() => ByteSizes.Parse(text)).Message);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("694d5765fc71500b", 0x694d5765fc71500b)]
    [InlineData("-1f", -0x1f)]
    [InlineData("+1F", 0x1f)]
    [InlineData("ffffffffffffffff", -1)]
    public void LeaseId_IsHexadecimal(string text, long id) => Assert.Equal(id, LeaseIds.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("--1")]
    [InlineData("0x1")]
    [InlineData("1 ")]
    [InlineData("10000000000000000")]
    public void LeaseId_OfAnotherForm_IsRefused(string text) =>
        Assert.Equal($"bad lease ID ({text}), expecting ID in Hex", Assert.Throws<UsageException>(() => LeaseIds.Parse(text)).Message);

    [Fact]
    public void MemberId_HasNoSign()
    {
        Assert.Equal(ulong.MaxValue, MemberId.Parse("FFFFFFFFFFFFFFFF"));
        Assert.Throws<UsageException>(() => MemberId.Parse("-1"));
        Assert.Throws<UsageException>(() => MemberId.Parse(string.Empty));
    }
}
