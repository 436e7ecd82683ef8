using System.Net;
using MetaStore.Raft.Runtime.Transport.Listening;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Transport;

public sealed class ConnectionRateTests
{
    [Fact]
    public void OneAddress_UsesUpItsOwnShareOnly_AndHasItAgainInTheNextSecond()
    {
        FakeTimeProvider time = new();
        ConnectionRate rate = new(perSecond: 3, time);
        IPAddress busy = IPAddress.Parse("192.0.2.1");
        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => rate.Admits(busy)));
        Assert.True(rate.Admits(IPAddress.Parse("192.0.2.2")));

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(rate.Admits(busy));
    }
}
