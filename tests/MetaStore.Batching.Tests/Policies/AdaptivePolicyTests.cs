using MetaStore.Batching.Policies;

namespace MetaStore.Batching.Tests.Policies;

public sealed class AdaptivePolicyTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(5);

    [Fact]
    public void Throughput_NotFalling_GrowsByATenthPerIntervalUpToItsMaximum()
    {
        ThroughputPolicy policy = new(new ThroughputPolicySettings { AdaptiveMaxSize = 40 }, _timeout);
        List<int> sizes = Run(policy, intervals: 14, perInterval: _ => 1000);
        Assert.Equal([17, 18, 19, 20, 22, 24], sizes.Take(6));
        Assert.Equal(40, sizes[^1]);
    }

    [Fact]
    public void Throughput_Falling_StepsBackButNotBelowTheFloor()
    {
        ThroughputPolicy policy = new(new ThroughputPolicySettings(), _timeout);
        List<int> sizes = Run(policy, intervals: 40, perInterval: i => i < 10 ? 1000 : 1000 - (i * 20));
        Assert.True(sizes[9] > 25);
        Assert.True(sizes[11] < sizes[10]);
        Assert.Equal(16, sizes[^1]);
    }

    [Fact]
    public void Throughput_FallingOnce_StepsBackOnceAndClimbsOn()
    {
        ThroughputPolicy policy = new(new ThroughputPolicySettings(), _timeout);
        Assert.Equal([17, 18, 19, 17, 18, 19], Run(policy, intervals: 6, perInterval: i => i == 3 ? 500 : 1000));
    }

    [Fact]
    public void Throughput_OtherFloor_StartsThere()
    {
        ThroughputPolicy policy = new(new ThroughputPolicySettings { FloorSize = 40 }, _timeout);
        Assert.Equal(40, policy.Start(TimeSpan.Zero).Size);
        Assert.Equal([44, 40, 40], Run(policy, intervals: 3, perInterval: i => 1000 - (i * 200)));
    }

    [Fact]
    public void Target_ThroughputMissed_GrowsByTheRateAtMost()
    {
        TargetPolicy policy = new(new TargetPolicySettings { ThroughputTarget = 1e6, InitialSize = 100, MaxSize = 150 }, _timeout);
        Assert.Equal([120, 144, 150], Run(policy, intervals: 3, perInterval: _ => 1000));
    }

    [Fact]
    public void Target_LatencyOver_ShrinksEvenWhenThroughputIsMissed()
    {
        TargetPolicy policy = new(
            new TargetPolicySettings { ThroughputTarget = 1e6, LatencyTarget = TimeSpan.FromMilliseconds(10), InitialSize = 100 }, _timeout);
        Assert.Equal([80, 64], Run(policy, intervals: 2, perInterval: _ => 1000, latency: TimeSpan.FromMilliseconds(50)));
        Assert.Equal([95], Run(policy, intervals: 1, perInterval: _ => 1000, latency: TimeSpan.FromMilliseconds(10.55)));
    }

    [Fact]
    public void Target_Met_Stays()
    {
        TargetPolicy policy = new(new TargetPolicySettings { ThroughputTarget = 100, InitialSize = 100 }, _timeout);
        Assert.Equal([100, 100], Run(policy, intervals: 2, perInterval: _ => 1000));
    }

    [Fact]
    public void Target_TooFewBatches_DoesNotStepYet()
    {
        TargetPolicy policy = new(new TargetPolicySettings { ThroughputTarget = 1e6, InitialSize = 100, StabilityThreshold = 11 }, _timeout);
        Assert.Equal([100, 120], Run(policy, intervals: 2, perInterval: _ => 1000));
    }

    /// <summary>Ten flushes per interval of five seconds; the size after each interval.</summary>
    private static List<int> Run(IBatchPolicy policy, int intervals, Func<int, int> perInterval, TimeSpan latency = default)
    {
        List<int> sizes = [];
        PolicyState state = policy.Start(TimeSpan.Zero);
        for (int interval = 0; interval < intervals; interval++)
        {
            for (int flush = 1; flush <= 10; flush++)
            {
                TimeSpan now = TimeSpan.FromSeconds((5 * interval) + (0.5 * flush));
                state = policy.Next(state, new LoadSample(0, perInterval(interval) / 10, now, latency));
            }

            sizes.Add(state.Size);
        }

        return sizes;
    }
}
