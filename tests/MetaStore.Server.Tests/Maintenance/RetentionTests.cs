using MetaStore.Server.Maintenance;

namespace MetaStore.Server.Tests.Maintenance;

/// <summary>Expected values follow etcd's documentation of auto-compaction.</summary>
public sealed class RetentionTests
{
    [Fact]
    public void Periodic_TenHours_CompactsFirstAfterTenHoursThenEachHourToTenHoursBefore()
    {
        var rule = new PeriodicRetention(TimeSpan.FromHours(10));
        var done = new List<(double Hours, long Revision)>();
        Run(rule, TimeSpan.FromHours(13), now => (long)now.TotalMinutes + 1, done);

        Assert.Equal(TimeSpan.FromMinutes(6), rule.Interval);
        Assert.Equal([10.0, 11.0, 12.0, 13.0], done.Select(entry => entry.Hours));
        Assert.All(done, entry => Assert.InRange((entry.Hours * 60) - entry.Revision, (10 * 60) - 7, (10 * 60) + 6));
    }

    [Fact]
    public void Periodic_ShorterThanAnHour_CompactsOncePerPeriod()
    {
        var rule = new PeriodicRetention(TimeSpan.FromMinutes(30));
        var done = new List<(double Hours, long Revision)>();
        Run(rule, TimeSpan.FromMinutes(95), now => (long)now.TotalMinutes + 1, done);

        Assert.Equal(TimeSpan.FromMinutes(3), rule.Interval);
        Assert.Equal([0.5, 1.0, 1.5], done.Select(entry => entry.Hours));
    }

    [Fact]
    public void Periodic_NothingWritten_CompactsOnce()
    {
        var done = new List<(double Hours, long Revision)>();
        Run(new PeriodicRetention(TimeSpan.FromMinutes(30)), TimeSpan.FromHours(5), _ => 7, done);
        Assert.Equal([(0.5, 7L)], done);
    }

    [Fact]
    public void Revision_KeepsThatMany()
    {
        var rule = new RevisionRetention(1000);
        rule.Observe(1000, TimeSpan.Zero);
        Assert.Null(rule.Due(TimeSpan.Zero));
        rule.Observe(1500, TimeSpan.Zero);
        Assert.Equal(500, rule.Due(TimeSpan.Zero));
        rule.Compacted(500, TimeSpan.Zero);
        Assert.Null(rule.Due(TimeSpan.FromMinutes(5)));
    }

    private static void Run(IRetentionPolicy rule, TimeSpan until, Func<TimeSpan, long> revision, List<(double Hours, long Revision)> done)
    {
        rule.Observe(revision(TimeSpan.Zero), TimeSpan.Zero);
        for (TimeSpan now = rule.Interval; now <= until; now += rule.Interval)
        {
            if (rule.Due(now) is { } due)
            {
                done.Add((Math.Round(now.TotalHours, 3), due));
                rule.Compacted(due, now);
            }

            rule.Observe(revision(now), now);
        }
    }
}
