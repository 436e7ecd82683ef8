using MetaStore.Server.Listening.Pings;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Listening;

public sealed class PingPolicyTests
{
    private static readonly TimeSpan MinTime = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private long _sent = 100;
    private int _pings;

    [Fact]
    public void Pings_TooSoon_TheThirdStrikeIsTooMany()
    {
        var policy = new PingPolicy(MinTime, _time);
        Assert.Equal([false, false, false, true], Enumerable.Range(0, 4).Select(_ => Ping(policy)));
    }

    [Fact]
    public void Pings_AtTheirPace_AreNeverTooMany()
    {
        var policy = new PingPolicy(MinTime, _time);
        Assert.All(Enumerable.Range(0, 100), _ =>
        {
            Assert.False(Ping(policy));
            _time.Advance(MinTime);
        });
    }

    [Fact]
    public void Pings_WithoutCalls_MustBeTwoHoursApart()
    {
        var policy = new PingPolicy(MinTime, _time);
        var answers = Enumerable.Range(0, 4).Select(_ =>
        {
            _time.Advance(TimeSpan.FromMinutes(119));
            return Ping(policy, hasCalls: false);
        });
        Assert.Equal([false, false, false, true], answers);
    }

    [Fact]
    public void Pings_AfterData_AreFree_AndForgiveEarlierOnes()
    {
        var policy = new PingPolicy(MinTime, _time);
        for (var round = 0; round < 50; round++)
        {
            Assert.False(Ping(policy));
            Assert.False(Ping(policy));
            Assert.False(Ping(policy));
            _sent += 14;
        }
    }

    [Fact]
    public void Pings_WhoseAcknowledgementsAreLate_AreStrikesAllTheSame()
    {
        var policy = new PingPolicy(MinTime, _time);
        Assert.Equal([false, false, false, true], Enumerable.Range(0, 4).Select(_ => policy.IsTooMany(_sent, hasCalls: true)));
    }

    private bool Ping(PingPolicy policy, bool hasCalls = true) => policy.IsTooMany(_sent + (_pings++ * PingPolicy.FrameBytes), hasCalls);
}
