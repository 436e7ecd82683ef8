using MetaStore.Server.Leases;

namespace MetaStore.Server.Tests.Leases;

public sealed class LeaseCountsTests
{
    [Fact]
    public void EachCounter_CountsItsOwnEvent()
    {
        var counts = new LeaseCounts();
        counts.CountGranted(10);
        counts.CountGranted(long.MaxValue / 1_000_000_000);
        counts.CountRevoked();
        counts.CountRenewed();
        counts.CountRenewed();
        counts.CountRenewed();
        counts.CountExpired();
        Assert.Equal((2L, 1L, 3L, 1L), (counts.Granted, counts.Revoked, counts.Renewed, counts.Expired));
    }
}
