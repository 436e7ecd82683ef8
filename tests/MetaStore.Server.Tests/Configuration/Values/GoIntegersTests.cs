using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Tests.Configuration.Values;

/// <summary>What Go's strconv.ParseInt with base 0 reads, which etcd's flags use.</summary>
public sealed class GoIntegersTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("+7", 7)]
    [InlineData("1_000", 1000)]
    [InlineData("0x3e8", 1000)]
    [InlineData("0X3E8", 1000)]
    [InlineData("0o1750", 1000)]
    [InlineData("01750", 1000)]
    [InlineData("0_17", 15)]
    [InlineData("0b1111101000", 1000)]
    [InlineData("0x_ff", 255)]
    [InlineData("-0x10", -16)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("-0x8000000000000000", long.MinValue)]
    public void TryParse_FormsOfGo_AreRead(string text, long expected)
    {
        Assert.True(GoIntegers.TryParse(text, out long value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+")]
    [InlineData("--1")]
    [InlineData("+-1")]
    [InlineData("_1")]
    [InlineData("1_")]
    [InlineData("1__0")]
    [InlineData("0x")]
    [InlineData("0x_")]
    [InlineData("0b2")]
    [InlineData("08")]
    [InlineData("0o8")]
    [InlineData("1e3")]
    [InlineData("1.0")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("0xffffffffffffffff")]
    [InlineData("99999999999999999999999999999999999999999")]
    [InlineData("\u0661")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(GoIntegers.TryParse(text, out _));
}
