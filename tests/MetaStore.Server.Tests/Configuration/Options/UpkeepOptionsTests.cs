using MetaStore.Server.Configuration.Options;

namespace MetaStore.Server.Tests.Configuration.Options;

public sealed class UpkeepOptionsTests
{
    [Theory]
    [InlineData("periodic", "0", 0, 0)]
    [InlineData("periodic", "1", 3600, 0)]
    [InlineData("periodic", "30m", 1800, 0)]
    [InlineData("periodic", "1.5h", 5400, 0)]
    [InlineData("periodic", "87600h", 315_360_000, 0)]
    [InlineData("revision", "0", 0, 0)]
    [InlineData("revision", "1000", 0, 1000)]
    [InlineData("revision", "9223372036854775807", 0, long.MaxValue)]
    public void Retention_IsTimeOrRevisions_AsTheModeSays(string mode, string text, long seconds, long revisions)
    {
        Assert.True(new UpkeepOptions { CompactionMode = mode, CompactionRetention = text }.TryReadRetention(out TimeSpan period, out long kept));
        Assert.Equal((TimeSpan.FromSeconds(seconds), revisions), (period, kept));
    }

    [Theory]
    [InlineData("periodic", "-1h")]
    [InlineData("periodic", "-1")]
    [InlineData("periodic", "87600h1s")]
    [InlineData("periodic", "9223372036854775807")]
    [InlineData("periodic", "soon")]
    [InlineData("revision", "1h")]
    [InlineData("revision", "-1")]
    [InlineData("revision", "+1")]
    [InlineData("revision", "1e3")]
    [InlineData("revision", "1000\0")]
    [InlineData("revision", "9223372036854775808")]
    public void Retention_AnythingElse_IsRefused(string mode, string text) =>
        Assert.False(new UpkeepOptions { CompactionMode = mode, CompactionRetention = text }.TryReadRetention(out _, out _));

    [Theory]
    [InlineData(600, false, 600)]
    [InlineData(600, true, 600)]
    [InlineData(0, true, 60)]
    [InlineData(0, false, 0)]
    public void CheckTime_OfCompactionHashes_CountsOnlyWithoutOneOfItsOwn(int seconds, bool compactHash, int expected) => Assert.Equal(
        TimeSpan.FromSeconds(expected), new UpkeepOptions { CorruptCheckTime = TimeSpan.FromSeconds(seconds), CompactHashCheck = compactHash }.EffectiveCheckTime);

    [Theory]
    [InlineData(true, 300, 300)]
    [InlineData(true, 0, 0)]
    [InlineData(false, 300, 0)]
    public void CheckpointInterval_IsNone_WhenTheyAreSwitchedOff(bool isOn, int seconds, int expected) => Assert.Equal(
        TimeSpan.FromSeconds(expected), new UpkeepOptions { LeaseCheckpoint = isOn, LeaseCheckpointInterval = TimeSpan.FromSeconds(seconds) }.EffectiveCheckpointInterval);

    [Theory]
    [InlineData(0, 2L << 30)]
    [InlineData(-1, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(1, 1)]
    [InlineData(8L << 30, 8L << 30)]
    public void Quota_ZeroIsEtcdsDefault_NegativeIsNone(long given, long expected) => Assert.Equal(expected, new StorageOptions { QuotaBytes = given }.EffectiveQuotaBytes);

    [Theory]
    [InlineData(1000, 100, 7000, 10)]
    [InlineData(50_000, 10_000, 105_000, 5)]
    [InlineData(999, 100, 6998, 9)]
    public void RequestTimeout_IsEtcdsRule(int election, int heartbeat, int timeout, int ticks)
    {
        var consensus = new ConsensusOptions { ElectionTimeout = TimeSpan.FromMilliseconds(election), HeartbeatInterval = TimeSpan.FromMilliseconds(heartbeat) };
        Assert.Equal((TimeSpan.FromMilliseconds(timeout), ticks), (consensus.RequestTimeout, consensus.ElectionTicks));
    }
}
