using MetaStore.Batching.Admission;
using MetaStore.Testing;

namespace MetaStore.Batching.Tests.Admission;

/// <summary>The number of credits as a node's load and latency change, in simulated time.</summary>
public sealed class AdmissionTraceTests
{
    private readonly FakeTimeProvider _time = new();

    public static TheoryData<AdmissionMode> Modes => [AdmissionMode.Dynamic, AdmissionMode.Adaptive, AdmissionMode.Fixed];

    public static TheoryData<AdmissionMode> FollowingModes => [AdmissionMode.Dynamic, AdmissionMode.Adaptive];

    [Theory]
    [MemberData(nameof(Modes))]
    public void Overload_ThreeTimesTheCapacity_ThroughputStaysLatencyIsBoundedAndRecoveryTakesLessThanTwoSeconds(AdmissionMode mode)
    {
        AdmissionModel model = Model(mode, capacity: 10, latency: 5);
        ModelConnection client = model.Open(perMillisecond: 30);
        int mostWaiting = 0;
        int lastWaiting = 0;
        model.OnTick = stats =>
        {
            mostWaiting = Math.Max(mostWaiting, stats.Waiting);
            lastWaiting = model.Now is >= 6_000 and < 12_000 ? Math.Max(lastWaiting, stats.Waiting) : lastWaiting;
        };
        model.Run(seconds: 12);
        client.PerMillisecond = 1;
        model.Run(seconds: 4);
        Assert.InRange(client.PerSecond(1, 12), 9_800, 10_200);
        Assert.InRange(client.LatencyAt(0.99, 6, 12), 100, 1_700);

        // What is completed in the longest wait, which is 2 s at first and 0.5 s then.
        Assert.InRange(mostWaiting, 15_000, 20_500);
        Assert.InRange(lastWaiting, 3_000, 5_300);
        Assert.InRange(client.Refused, 100_000, 300_000);
        Assert.InRange(client.LatencyAt(1, 14, 16), 5, 20);
        Assert.Equal(0, model.Statistics.Waiting);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(5_000)]
    public void Healthy_ManyCallersOnOneConnection_RunAtFullSpeed(int callers)
    {
        foreach (AdmissionMode mode in (AdmissionMode[])[AdmissionMode.Dynamic, AdmissionMode.Adaptive])
        {
            AdmissionModel model = Model(mode, capacity: 40, latency: 10);
            ModelConnection client = model.Closed(callers);
            model.Run(seconds: 3);
            Assert.Equal(0, client.Refused);
            Assert.InRange(client.PerSecond(0.1, 3), 39_000, 41_000);
        }
    }

    /// <summary>A log with high latency but enough throughput: fewer credits would reduce throughput, so they must not be reduced.</summary>
    [Theory]
    [MemberData(nameof(FollowingModes))]
    public void Healthy_LogOfHalfASecond_KeepsAThousandCallersUnderWay(AdmissionMode mode)
    {
        AdmissionModel model = Model(mode, capacity: 1_000, latency: 500);
        ModelConnection client = model.Closed(callers: 1_000);
        model.Run(seconds: 20);
        Assert.Equal(0, client.Refused);
        Assert.InRange(client.PerSecond(10, 20), 1_800, 2_100);
    }

    [Theory]
    [MemberData(nameof(FollowingModes))]
    public void SlowLog_ForFiveSeconds_CreditsFollowAndAreBackWithinTwoSeconds(AdmissionMode mode)
    {
        AdmissionModel model = new(_time, new AdmissionSettings { Mode = mode })
        {
            CapacityPerMillisecond = now => now is >= 5_000 and < 10_000 ? 0.3 : 20,
            LatencyMilliseconds = _ => 5,
        };
        ModelConnection client = model.Closed(callers: 4_000);
        model.Run(seconds: 5);
        int before = model.Statistics.Limit;
        Assert.InRange(before, 4_000, 10_000);
        model.Run(seconds: 5);
        Assert.InRange(model.Statistics.Limit, 200, 700);
        model.Run(seconds: 2);
        Assert.InRange(model.Statistics.Limit, 4_000, 10_000);
        Assert.InRange(client.PerSecond(11, 12), 19_000, 21_000);
    }

    [Fact]
    public void MemoryPressure_Adaptive_ShrinksToTheMinimumAndIsBackWithinTwoSeconds()
    {
        AdmissionModel model = Model(AdmissionMode.Adaptive, capacity: 20, latency: 5);
        ModelConnection client = model.Closed(callers: 4_000);
        model.Run(seconds: 2);
        model.Memory = 0.71;
        model.Run(seconds: 2);
        Assert.Equal((100, 0.71), (model.Statistics.Limit, model.Statistics.MemoryLoad));

        // The minimum still keeps the log busy.
        Assert.InRange(client.PerSecond(3, 4), 12_000, 21_000);
        model.Memory = 0.5;
        model.Run(seconds: 2);
        Assert.InRange(model.Statistics.Limit, 4_000, 10_000);
    }

    [Fact]
    public void MemoryPressure_Dynamic_IsNotLookedAt()
    {
        AdmissionModel model = Model(AdmissionMode.Dynamic, capacity: 20, latency: 5);
        model.Closed(callers: 4_000);
        model.Memory = 0.9;
        model.Run(seconds: 2);
        Assert.InRange(model.Statistics.Limit, 4_000, 10_000);
    }

    /// <summary>Places to wait follow a cluster that is slower than assumed, so that calls that would be rejected in the end do not hold memory first.</summary>
    [Fact]
    public void Overload_SlowCluster_NoMoreWaitThanItCompletesInTheWait()
    {
        AdmissionModel model = Model(AdmissionMode.Dynamic, capacity: 2, latency: 5);
        ModelConnection client = model.Open(perMillisecond: 12);
        model.Run(seconds: 20);
        int mostWaiting = 0;
        model.OnTick = stats => mostWaiting = Math.Max(mostWaiting, stats.Waiting);
        model.Run(seconds: 10);
        Assert.InRange(mostWaiting, 500, 1_100);
        Assert.InRange(client.PerSecond(20, 30), 1_950, 2_050);
        Assert.InRange(client.LatencyAt(0.99, 20, 30), 100, 1_700);
    }

    /// <summary>Nothing is completed while a leader is elected. That is no reason to let fewer calls wait.</summary>
    [Fact]
    public void Pause_ShorterThanTheLongestWait_RefusesNothing()
    {
        AdmissionModel model = new(_time, new AdmissionSettings())
        {
            CapacityPerMillisecond = now => now is >= 5_000 and < 6_400 ? 0 : 20,
            LatencyMilliseconds = _ => 5,
        };
        ModelConnection client = model.Open(perMillisecond: 8);
        model.Run(seconds: 12);
        Assert.Equal(0, client.Refused);
        Assert.Equal(0, model.Statistics.Waiting);
    }

    [Fact]
    public void Burst_ShorterThanTheLongestWait_WaitsAndIsNotRefused()
    {
        AdmissionModel model = Model(AdmissionMode.Dynamic, capacity: 10, latency: 5);
        ModelConnection client = model.Open(perMillisecond: 0);
        client.Ready = 20_000;
        model.Run(seconds: 4);
        Assert.Equal((20_000, 0), (client.Answered, client.Refused));
    }

    private AdmissionModel Model(AdmissionMode mode, int capacity, int latency) =>
        new(_time, new AdmissionSettings { Mode = mode }) { CapacityPerMillisecond = _ => capacity, LatencyMilliseconds = _ => latency };
}
