using MetaStore.Raft.Runtime.Node;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Node;

public sealed class TickerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Ticks_FallDue_OncePerInterval()
    {
        Ticker ticker = new(_time, TimeSpan.FromMilliseconds(100), burstMax: 5);

        Assert.Equal(0, ticker.Take());
        Assert.Equal(TimeSpan.FromMilliseconds(100), ticker.UntilNext);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(TimeSpan.Zero, ticker.UntilNext);
        Assert.Equal(1, ticker.Take());
        Assert.Equal(0, ticker.Take());
        _time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(2, ticker.Take());
        Assert.Equal(TimeSpan.FromMilliseconds(50), ticker.UntilNext);
    }

    [Fact]
    public void LongGap_IsNotMadeUpFor()
    {
        Ticker ticker = new(_time, TimeSpan.FromMilliseconds(100), burstMax: 5);

        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(5, ticker.Take());
        Assert.Equal(0, ticker.Take());
    }
}
