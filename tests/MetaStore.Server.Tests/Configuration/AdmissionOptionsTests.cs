using System.Collections;
using MetaStore.Batching.Admission;
using MetaStore.Server.Configuration;
using MetaStore.Server.Hosting;

namespace MetaStore.Server.Tests.Configuration;

public sealed class AdmissionOptionsTests
{
    [Fact]
    public void EveryFlag_ReachesAdmission()
    {
        ConfigurationResult configuration = Load(
            "--admission-mode=adaptive", "--admission-initial-credits=300", "--admission-min-credits=200", "--admission-max-credits=400",
            "--admission-credits-per-connection=5", "--admission-reserved-credits=6", "--admission-refill-rate=7", "--admission-refill-interval=8ms",
            "--admission-memory-threshold=0.9", "--admission-latency-ceiling=10ms", "--admission-max-bytes=11MiB", "--admission-max-wait=12ms",
            "--admission-queue-proposals=13", "--admission-queue-bytes=14MiB");
        Assert.Empty(configuration.Errors);
        var expected = new AdmissionSettings
        {
            Mode = AdmissionMode.Adaptive,
            Initial = 300,
            Min = 200,
            Max = 400,
            PerConnection = 5,
            Reserved = 6,
            RefillRate = 7,
            RefillInterval = TimeSpan.FromMilliseconds(8),
            MemoryThreshold = 0.9,
            LatencyCeiling = TimeSpan.FromMilliseconds(10),
            MaxBytes = 11 << 20,
            MaxWait = TimeSpan.FromMilliseconds(12),
            MaxWaiting = 13,
            MaxWaitingBytes = 14 << 20,
        };
        Assert.Equal(expected, RuntimeOptions.Admission(configuration.Options));
    }

    [Fact]
    public void NoFlag_IsTheDefaultOfAdmission_WithAnEighthOfTheMemoryAtMostForWhatWaits()
    {
        AdmissionSettings settings = RuntimeOptions.Admission(Load().Options);
        Assert.Empty(settings.Validate());
        Assert.Equal(Math.Min(256L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8), settings.MaxWaitingBytes);
        Assert.Equal(new AdmissionSettings(), settings with { MaxWaitingBytes = new AdmissionSettings().MaxWaitingBytes });
    }

    [Theory]
    [InlineData("--admission-mode=none", "is not one of dynamic, fixed, adaptive")]
    [InlineData("--admission-initial-credits=0", "is outside 1 to 1000000")]
    [InlineData("--admission-reserved-credits=10001", "is outside 0 to 10000")]
    [InlineData("--admission-min-credits=20000", "must not exceed admission-max-credits (10000)")]
    [InlineData("--admission-initial-credits=99", "must be from admission-min-credits (100) to admission-max-credits (10000)")]
    [InlineData("--admission-memory-threshold=0", "must be above 0")]
    [InlineData("--admission-max-wait=2m", "is outside 1ms to 1m")]
    [InlineData("--admission-max-bytes=1KiB", "is outside 1MiB to 4GiB")]
    public void FaultyFlag_IsRefusedByName(string flag, string why)
    {
        ConfigurationError error = Assert.Single(Load(flag).Errors);
        Assert.Contains(why, error.ToString(), StringComparison.Ordinal);
        Assert.Contains(flag.Split('=')[0], error.ToString(), StringComparison.Ordinal);
    }

    private static ConfigurationResult Load(params string[] flags) => ConfigurationLoader.Load(flags, new Hashtable(), _ => TextReader.Null);
}
