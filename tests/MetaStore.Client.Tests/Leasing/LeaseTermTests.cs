using MetaStore.Client.Leasing;
using MetaStore.Testing;

namespace MetaStore.Client.Tests.Leasing;

public sealed class LeaseTermTests
{
    [Theory]
    [InlineData(9, 3, 3, 0.45)]
    [InlineData(2, 0.667, 0.667, 0.1)]
    [InlineData(1, 0.333, 0.333, 0.05)]
    [InlineData(60, 20, 20, 0.5)]
    [InlineData(864_000, 86_400, 288_000, 0.5)]
    public void Renewal_IsAThirdOfTheTime_AtMostADay(long seconds, double renew, double tries, double pause)
    {
        var term = LeaseTerm.From(0, seconds);
        Assert.Equal(renew, term.RenewBehind.TotalSeconds, 0.001);
        Assert.Equal(tries, term.TryFor.TotalSeconds, 0.001);
        Assert.Equal(pause, term.PauseBehindFailure.TotalSeconds, 0.001);
    }

    [Theory]
    [InlineData(long.MaxValue, 40)]
    [InlineData(40L * 86_400 + 1, 40)]
    [InlineData(-5, 0)]
    [InlineData(0, 0)]
    public void Time_FromTheServer_IsBounded(long seconds, double days) => Assert.Equal(days, LeaseTerm.From(0, seconds).Length.TotalDays);

    [Fact]
    public void Left_CountsFromTheRequest()
    {
        var time = new FakeTimeProvider();
        var term = LeaseTerm.From(time.GetTimestamp(), 9);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(-1, term.Left(time).TotalSeconds);
    }
}
