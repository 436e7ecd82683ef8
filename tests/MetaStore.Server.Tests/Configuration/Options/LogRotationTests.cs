using MetaStore.Server.Configuration.Options;

namespace MetaStore.Server.Tests.Configuration.Options;

/// <summary>etcd's JSON of a rotation.</summary>
public sealed class LogRotationTests
{
    [Fact]
    public void TryParse_DefaultOfEtcd()
    {
        Assert.True(LogRotation.TryParse(LogRotation.DefaultJson, out LogRotation? rotation));
        Assert.Equal(new LogRotation { MaxSize = 100 }, rotation);
        Assert.Equal(100L << 20, rotation.MaxBytes);
    }

    [Theory]
    [InlineData("{}", 100L << 20)]
    [InlineData("{\"maxsize\": 0}", 100L << 20)]
    [InlineData("{\"MaxSize\": 1}", 1L << 20)]
    [InlineData("{\"maxsize\": 2147483647}", 2147483647L << 20)]
    [InlineData("{\"maxsize\": 1, \"colour\": \"red\"}", 1L << 20)]
    public void TryParse_Size_IsInMebibytes_AndAHundredWhenNotGiven(string json, long bytes)
    {
        Assert.True(LogRotation.TryParse(json, out LogRotation? rotation));
        Assert.Equal(bytes, rotation.MaxBytes);
    }

    [Fact]
    public void TryParse_AllKeys()
    {
        Assert.True(LogRotation.TryParse("""{"maxsize": 5, "maxage": 6, "maxbackups": 7, "localtime": true, "compress": true}""", out LogRotation? rotation));
        Assert.Equal(new LogRotation { MaxSize = 5, MaxAge = 6, MaxBackups = 7, LocalTime = true, Compress = true }, rotation);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("{")]
    [InlineData("{\"maxsize\": \"5\"}")]
    [InlineData("{\"maxsize\": 1.5}")]
    [InlineData("{\"maxsize\": 2147483648}")]
    [InlineData("{\"maxsize\": -1}")]
    [InlineData("{\"maxage\": -1}")]
    [InlineData("{\"maxbackups\": -1}")]
    [InlineData("{\"compress\": 1}")]
    [InlineData("{} trailing")]
    public void TryParse_AnythingElse_IsRefused(string json) => Assert.False(LogRotation.TryParse(json, out _));
}
