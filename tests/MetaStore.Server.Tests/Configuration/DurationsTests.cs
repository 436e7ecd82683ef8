using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Tests.Configuration;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("5ms", 50_000)]
    [InlineData("1.5s", 15_000_000)]
    [InlineData("1h30m", 54_000_000_000)]
    [InlineData("100us", 1_000)]
    [InlineData("200ns", 2)]
    [InlineData("0", 0)]
    public void TryParse_GoDuration_GivesTicks(string text, long ticks)
    {
        Assert.True(Durations.TryParse(text, null, out TimeSpan value));
        Assert.Equal(ticks, value.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5 ms")]
    [InlineData("ms")]
    [InlineData("5y")]
    [InlineData("99999999999h")]
    public void TryParse_AnythingElse_IsRefused(string text)
    {
        Assert.False(Durations.TryParse(text, null, out _));
    }

    [Theory]
    [InlineData("1h30m")]
    [InlineData("100ms")]
    [InlineData("1m0.5s", "1m500ms")]
    [InlineData("0s")]
    public void Format_WhatWasParsed_IsTheShortForm(string text, string? expected = null)
    {
        Assert.True(Durations.TryParse(text, TimeSpan.FromSeconds(1), out TimeSpan value));
        Assert.Equal(expected ?? text, Durations.Format(value));
    }

    /// <summary>As the largest number it would pass every check for values that are too small.</summary>
    [Fact]
    public void TryParse_BareNumberThatDoesNotFit_KeepsItsSign()
    {
        Assert.True(Durations.TryParse("-9223372036854775808", TimeSpan.FromMilliseconds(1), out TimeSpan least));
        Assert.Equal(TimeSpan.MinValue, least);
        Assert.True(Durations.TryParse("9223372036854775807", TimeSpan.FromMilliseconds(1), out TimeSpan most));
        Assert.Equal(TimeSpan.MaxValue, most);
    }
}
