using MetaStore.Batching.Policies;
using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Tests.Policies;

/// <summary>The table of the dynamic policy, for single points.</summary>
public sealed class DynamicPolicyTests
{
    [Theory]
    [InlineData(0.7, 0, 1, 5)]
    [InlineData(0.7, 1.0 / 256, 1, 5.028)] // 1.7: a lone caller
    [InlineData(0.7, 50.0 / 256, 36, 6.395)]
    [InlineData(0.7, 0.35, 64, 7.5)] // 1 + 127 / 2 = 64.5
    [InlineData(0.7, 0.7, 128, 10)]
    [InlineData(0.7, 0.85, 192, 15)]
    [InlineData(0.7, 1, 256, 20)]
    [InlineData(0, 0, 128, 10)]
    [InlineData(0, 0.5, 192, 15)]
    [InlineData(0, 1, 256, 20)]
    [InlineData(1, 0, 1, 5)]
    [InlineData(1, 0.5, 64, 7.5)]
    [InlineData(1, 1, 128, 10)]
    public void At_Defaults_FollowsTheTable(double threshold, double load, int size, double timeoutMillis)
    {
        PolicyState state = new DynamicPolicy(new BatchSettings { LoadThreshold = threshold }).At(load);
        Assert.Equal(size, state.Size);
        Assert.Equal(timeoutMillis, state.Timeout.TotalMilliseconds, 3);
    }

    [Theory]
    [InlineData(200, 256)]
    [InlineData(256, 256)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 5)]
    public void At_AnyRangeAndThreshold_StaysInsideAndNeverFalls(int min, int max)
    {
        foreach (double threshold in new[] { 0, 0.3, 0.7, 1 })
        {
            DynamicPolicy policy = new(new BatchSettings
            {
                MinBatchSize = min,
                MaxBatchSize = max,
                LoadThreshold = threshold,
                MinTimeout = TimeSpan.FromMilliseconds(min),
                MaxTimeout = TimeSpan.FromMilliseconds(max),
            });
            PolicyState last = policy.At(0);
            for (int percent = 0; percent <= 100; percent++)
            {
                PolicyState state = policy.At(percent / 100.0);
                Assert.InRange(state.Size, min, max);
                Assert.InRange(state.Timeout.TotalMilliseconds, min, max);
                Assert.True(state.Size >= last.Size && state.Timeout >= last.Timeout);
                last = state;
            }
        }
    }

    [Fact]
    public void Next_Samples_AreAveragedWithWeightThreeTenths()
    {
        DynamicPolicy policy = new(new BatchSettings());
        PolicyState state = policy.Start(TimeSpan.Zero);
        state = policy.Next(state, new LoadSample(256, 256, TimeSpan.Zero, TimeSpan.Zero));
        Assert.Equal(0.3, state.Load, 9);
        state = policy.Next(state, new LoadSample(128, 128, TimeSpan.Zero, TimeSpan.Zero));
        Assert.Equal((0.3 * 0.5) + (0.7 * 0.3), state.Load, 9);
        state = policy.Next(state, new LoadSample(5000, 0, TimeSpan.Zero, TimeSpan.Zero));
        Assert.Equal(0.3 + (0.7 * 0.36), state.Load, 9);
    }
}
