using MetaStore.Server.Leases;

namespace MetaStore.Server.Tests.Leases;

public sealed class InitialExpirySpreadTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);

    [Fact]
    public void FewLeases_EachHasWhatWasLeft()
    {
        TimedLease[] leases = [new(1, 60), new(2, 60) { Checkpoint = 20 }, new(3, 10) { Checkpoint = 50 }];
        Assert.Equal([(3L, 110.0), (2L, 120.0), (1L, 160.0)], InitialExpirySpread.Of(leases, Start).Select(next => (next.Lease.Id, next.Deadline.TotalSeconds)));
    }

    [Theory]
    [InlineData(999, 10.0)]
    [InlineData(1500, 12.0)]
    public void ManyLeasesOfOneTime_AreSpread_AtMost750PerSecond(int count, double last)
    {
        TimedLease[] leases = [.. Enumerable.Range(1, count).Select(id => new TimedLease(id, 10))];
        TimeSpan[] deadlines = [.. InitialExpirySpread.Of(leases, Start).Select(next => next.Deadline - Start)];
        Assert.Equal(10.0, deadlines[0].TotalSeconds);
        Assert.Equal(last, deadlines[^1].TotalSeconds, 0.01);
        Assert.Equal(deadlines.Order(), deadlines);
    }
}
