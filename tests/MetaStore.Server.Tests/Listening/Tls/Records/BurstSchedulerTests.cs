using MetaStore.Server.Listening.Tls.Records;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Listening.Tls.Records;

/// <summary>Which thread goes on, by the gap since the last time.</summary>
public sealed class BurstSchedulerTests
{
    [Fact]
    public void WithinTheGap_ThePoolGoesOn()
    {
        FakeTimeProvider time = new();
        BurstScheduler scheduler = new(time);
        int own = Environment.CurrentManagedThreadId;
        Assert.Equal(own, ThreadOf(scheduler));
        Assert.NotEqual(own, ThreadOf(scheduler));
        time.Advance(BurstScheduler.Gap - TimeSpan.FromMicroseconds(1));
        Assert.NotEqual(own, ThreadOf(scheduler));
        time.Advance(BurstScheduler.Gap);
        Assert.Equal(own, ThreadOf(scheduler));
    }

    /// <summary>Blocks, so that the pool cannot use this thread.</summary>
    private static int ThreadOf(BurstScheduler scheduler)
    {
        int thread = 0;
        using ManualResetEventSlim ran = new();
        scheduler.Schedule(
            _ =>
            {
                thread = Environment.CurrentManagedThreadId;
                ran.Set();
            },
            null);
        Assert.True(ran.Wait(TimeSpan.FromSeconds(20)));
        return thread;
    }
}
