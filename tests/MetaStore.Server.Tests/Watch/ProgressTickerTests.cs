using MetaStore.Protocol.Etcd;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Watch;

namespace MetaStore.Server.Tests.Watch;

/// <summary>Progress notifications: to watchers that asked and were sent nothing since the last tick, at the interval and up to a tenth more.</summary>
public sealed class ProgressTickerTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly WatchHubFixture _hub = new(new WatchOptions { ProgressInterval = Interval });
    private readonly WatchStream _stream;

    public ProgressTickerTests() => _stream = _hub.Open();

    public void Dispose()
    {
        _stream.Dispose();
        _hub.Dispose();
    }

    [Fact]
    public void Timer_RunsOnlyOnceAWatcherAsks_AndEndsWithTheStream()
    {
        Create("a", notifies: false);
        Assert.Equal(0, _hub.Time.ArmedTimers);
        Create("a", notifies: true);
        Create("b", notifies: true);
        Assert.Equal(1, _hub.Time.ArmedTimers);
        _stream.Dispose();
        Assert.Equal(0, _hub.Time.ArmedTimers);
    }

    [Fact]
    public void Notice_ComesAfterTheInterval_ToThoseThatAsked()
    {
        Create("a", notifies: false);
        Create("b", notifies: true);
        _hub.Put("other");
        _hub.Time.Advance(Interval - TimeSpan.FromTicks(1));
        Assert.Empty(WatchHubFixture.Take(_stream));
        _hub.Time.Advance((Interval / 10) + TimeSpan.FromTicks(1));
        WatchResponse notice = Assert.Single(WatchHubFixture.Answers(_stream));
        Assert.Equal((1L, 2L, false, false, 0), (notice.WatchId, notice.Header.Revision, notice.Created, notice.Canceled, notice.Events.Count));
    }

    [Fact]
    public void WatcherThatGotEvents_IsLeftOut_ForOneTick()
    {
        Create("a", notifies: true);
        _hub.Put("a");
        Tick();
        Assert.All(WatchHubFixture.Take(_stream), item => Assert.NotNull(item.Run));
        Tick();
        Assert.Equal(2, Assert.Single(WatchHubFixture.Answers(_stream)).Header.Revision);
    }

    [Fact]
    public void WatcherOfAFutureRevision_IsNotNotified_UntilItHasBegun()
    {
        Create("a", notifies: true, start: 3);
        Tick();
        Assert.Empty(WatchHubFixture.Take(_stream));
        _hub.Put("b");
        Tick();
        Assert.Equal(2, Assert.Single(WatchHubFixture.Answers(_stream)).Header.Revision);
    }

    [Fact]
    public void CancelledWatcher_IsNotNotified()
    {
        Create("a", notifies: true);
        _stream.Cancel(0);
        WatchHubFixture.Take(_stream);
        Tick();
        Assert.Empty(WatchHubFixture.Take(_stream));
    }

    private void Create(string key, bool notifies, long start = 0)
    {
        WatchCreateRequest request = WatchHubFixture.Request(key, start: start);
        request.ProgressNotify = notifies;
        _stream.Create(request);
        WatchHubFixture.Take(_stream);
    }

    /// <summary>Longer than the interval with its jitter, shorter than two.</summary>
    private void Tick() => _hub.Time.Advance(Interval * 1.1);
}
