using MetaStore.Server.Calls.Framing;

namespace MetaStore.Server.Tests.Calls.Framing;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 3_600_000_000)]
    [InlineData("2M", 120_000_000)]
    [InlineData("3S", 3_000_000)]
    [InlineData("4m", 4_000)]
    [InlineData("5u", 5)]
    [InlineData("0n", 0)]
    [InlineData("99999999S", 99_999_999_000_000)]
    public void TryParse_ValidText_GivesMicroseconds(string text, long micros)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var timeout));
        Assert.Equal(TimeSpan.FromMicroseconds(micros), timeout);
    }

    [Fact]
    public void TryParse_FewNanoseconds_RoundsUpToATick()
    {
        Assert.True(GrpcTimeout.TryParse("1n", out var timeout));
        Assert.Equal(1, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("1.5S")]
    [InlineData("100000000S")]
    [InlineData("١S")]
    [InlineData("999\0\0H")]
    public void TryParse_Malformed_IsFalse(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));
}
