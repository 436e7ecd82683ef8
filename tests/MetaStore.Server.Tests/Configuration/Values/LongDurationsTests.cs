using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Tests.Configuration.Values;

/// <summary>Go counts nanoseconds in 64 bits, so a duration is 292 years at most; what is added to a clock must be as short.</summary>
public sealed class LongDurationsTests
{
    [Theory]
    [InlineData("2562047h", true)]
    [InlineData("2562048h", false)]
    [InlineData("-2562047h", true)]
    [InlineData("-2562048h", false)]
    [InlineData("9223372036s", true)]
    [InlineData("9223372037s", false)]
    [InlineData("2562047h48m", false)]
    [InlineData("100000000h", false)]
    public void TryParse_WhatGoCannotHold_IsRefused(string text, bool passes) => Assert.Equal(passes, Durations.TryParse(text, null, out _));

    /// <summary>The end of a token would be later than any date: no user could sign in.</summary>
    [Fact]
    public void JwtTtl_LongerThanTheCalendar_IsRefused()
    {
        Assert.Equal("has the ttl 100000000h, which is not a duration of at least 1s such as 5m", JwtOptionText.Read("jwt,sign-method=HS256,priv-key=k,ttl=100000000h", out _));
        Assert.Null(JwtOptionText.Read("jwt,sign-method=HS256,priv-key=k,ttl=2562047h", out JwtOptions? longest));
        Assert.True((DateTimeOffset.UtcNow + longest!.Ttl).Year < 2400);
    }

    [Theory]
    [InlineData("1\u00b5s", 10)]
    [InlineData("1\u03bcs", 10)]
    [InlineData("+1us", 10)]
    [InlineData("-1h30m", -54_000_000_000)]
    [InlineData(".5s", 5_000_000)]
    [InlineData("5.s", 50_000_000)]
    [InlineData("50ns", 0)]
    [InlineData("151ns", 2)]
    [InlineData("1h1h", 72_000_000_000)]
    public void TryParse_UnusualFormsOfGo(string text, long ticks)
    {
        Assert.True(Durations.TryParse(text, null, out TimeSpan value));
        Assert.Equal(ticks, value.Ticks);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData(".s")]
    [InlineData("1..5s")]
    [InlineData("1h-5m")]
    [InlineData("1h 5m")]
    [InlineData("1H")]
    [InlineData("1e3s")]
    [InlineData("NaNs")]
    [InlineData("\u0661s")]
    public void TryParse_NoFormOfGo_IsRefused(string text) => Assert.False(Durations.TryParse(text, TimeSpan.FromSeconds(1), out _));

    [Theory]
    [InlineData("0xB", 11)]
    [InlineData("0x1B", 27)]
    [InlineData("-0xab", -171)]
    [InlineData("0B", 0)]
    [InlineData("1B", 1)]
    [InlineData("11b", 11)]
    public void ByteSizes_HexadecimalThatEndsInB_IsANumber(string text, long expected)
    {
        Assert.True(ByteSizes.TryParse(text, out long bytes));
        Assert.Equal(expected, bytes);
    }
}
