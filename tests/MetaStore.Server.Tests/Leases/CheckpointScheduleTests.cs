using MetaStore.Server.Leases;

namespace MetaStore.Server.Tests.Leases;

public sealed class CheckpointScheduleTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly CheckpointSchedule _schedule = new(Interval);

    [Fact]
    public void LongLease_IsDueAfterAnInterval_AndTheFirstComesFirst()
    {
        _schedule.Set(Lease(2), TimeSpan.FromSeconds(1));
        _schedule.Set(Lease(1), TimeSpan.Zero);
        Assert.False(_schedule.IsDue(Interval - TimeSpan.FromTicks(1)));
        Assert.Null(_schedule.Next(Interval - TimeSpan.FromTicks(1)));
        Assert.Equal(1, _schedule.Next(Interval));
    }

    [Fact]
    public void LeaseThatEndsWithinTheInterval_IsNotRecorded()
    {
        TimedLease lease = Lease(1);
        lease.Deadline = Interval;
        _schedule.Set(lease, TimeSpan.Zero);
        Assert.Null(lease.CheckpointAt);
        Assert.False(_schedule.IsDue(TimeSpan.MaxValue));
    }

    [Fact]
    public void SetAgain_StartsTheIntervalAnew_AndRemovedIsNeverDue()
    {
        TimedLease lease = Lease(1);
        _schedule.Set(lease, TimeSpan.Zero);
        _schedule.Set(lease, TimeSpan.FromMinutes(1));
        Assert.False(_schedule.IsDue(Interval));
        Assert.True(_schedule.IsDue(Interval + TimeSpan.FromMinutes(1)));
        _schedule.Remove(lease);
        Assert.False(_schedule.IsDue(TimeSpan.MaxValue));
        _schedule.Set(lease, TimeSpan.Zero);
        _schedule.Clear();
        Assert.False(_schedule.IsDue(TimeSpan.MaxValue));
    }

    [Fact]
    public void IntervalOfZero_RecordsNothing()
    {
        var never = new CheckpointSchedule(TimeSpan.Zero);
        never.Set(Lease(1), TimeSpan.Zero);
        Assert.False(never.IsDue(TimeSpan.MaxValue));
    }

    private static TimedLease Lease(long id) => new(id, ttl: 3600) { Deadline = TimeSpan.FromHours(1) };
}
