using MetaStore.Batching.Admission;

namespace MetaStore.Batching.Tests.Admission;

public sealed class AdmissionLimitTests
{
    [Theory]
    [InlineData(1000, 500, 60_000, 2000)]
    [InlineData(9_999, 9_999, 60_000, 10_000)]
    [InlineData(1000, 1000, 500, 900)]
    [InlineData(1000, 1000, 950, 950)]
    [InlineData(1000, 500, 500, 1000)]
    [InlineData(10_000, 4_000, 300, 9_000)]
    [InlineData(200, 50, 50, 1000)]
    [InlineData(101, 101, 1, 100)]
    public void Dynamic_Rate_LeadsTheLimit(int limit, int mostHeld, double rate, int expected) =>
        Assert.Equal(expected, Next(AdmissionMode.Dynamic, limit, mostHeld, rate, TimeSpan.Zero, memory: 0.99));

    [Theory]
    [InlineData(1000, 1000, 60_000, 10, 0.7, 2000)]
    [InlineData(1000, 1000, 60_000, 10, 0.71, 800)]
    [InlineData(110, 0, 0, 10, 0.71, 100)]
    [InlineData(1000, 500, 10, 1001, 0, 900)]
    [InlineData(1000, 1000, 950, 1001, 0, 950)]
    [InlineData(1000, 1000, 5_000, 1001, 0, 1000)]
    [InlineData(1000, 1000, 500, 10, 0, 900)]
    public void Adaptive_MemoryThenLatencyThenRate_LeadTheLimit(int limit, int mostHeld, double rate, int latency, double memory, int expected) =>
        Assert.Equal(expected, Next(AdmissionMode.Adaptive, limit, mostHeld, rate, TimeSpan.FromMilliseconds(latency), memory));

    [Fact]
    public void Fixed_Anything_StaysInitial() => Assert.Equal(1000, Next(AdmissionMode.Fixed, 1000, 1000, 1, TimeSpan.FromMinutes(1), memory: 1));

    private static int Next(AdmissionMode mode, int limit, int mostHeld, double rate, TimeSpan latency, double memory)
    {
        AdmissionSettings settings = new() { Mode = mode };
        return AdmissionLimit.Next(limit, settings, new AdmissionSample(settings.RefillInterval, mostHeld, rate, latency, memory));
    }
}
