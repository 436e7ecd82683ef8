using MetaStore.Server.Observability.Logging;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Observability.Logging;

/// <summary>A line that a client can cause at any rate is written once per interval, and says how many it stands for.</summary>
public sealed class LogIntervalTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly LogInterval _lines;

    public LogIntervalTests() => _lines = new LogInterval(Interval, _time);

    [Fact]
    public void FirstLine_IsWritten_AndTheOthersOfTheIntervalAreCounted()
    {
        Assert.True(_lines.TryTake(out long leftOut));
        Assert.Equal(0, leftOut);
        for (int i = 0; i < 5; i++)
        {
            Assert.False(_lines.TryTake(out _));
        }

        _time.Advance(Interval - TimeSpan.FromTicks(1));
        Assert.False(_lines.TryTake(out _));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(_lines.TryTake(out leftOut));
        Assert.Equal(6, leftOut);
        Assert.False(_lines.TryTake(out _));
    }

    [Fact]
    public void Line_AfterALongSilence_StandsForItself()
    {
        Assert.True(_lines.TryTake(out _));
        _time.Advance(100 * Interval);
        Assert.True(_lines.TryTake(out long leftOut));
        Assert.Equal(0, leftOut);
    }
}
