using MetaStore.Protocol.Etcd;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Watch;

namespace MetaStore.Server.Tests.Watch;

/// <summary>Watchers of one stream: their ids, their end, and what is counted of them.</summary>
public sealed class WatchStreamTests : IDisposable
{
    private readonly WatchHubFixture _hub = new(new WatchOptions { WatchersPerStream = 2 });

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void Id_ThatWasCancelled_IsNotGivenAgain_ButMayBeChosen()
    {
        using WatchStream stream = _hub.Open();
        stream.Create(WatchHubFixture.Request("a"));
        stream.Cancel(0);
        stream.Create(WatchHubFixture.Request("a"));
        stream.Create(WatchHubFixture.Request("a", id: long.MaxValue));
        stream.Cancel(long.MaxValue);
        stream.Create(WatchHubFixture.Request("a", id: long.MaxValue));
        Assert.Equal(
            [(0, true, false), (0, false, true), (1, true, false), (long.MaxValue, true, false), (long.MaxValue, false, true), (long.MaxValue, true, false)],
            WatchHubFixture.Answers(stream).Select(answer => (answer.WatchId, answer.Created, answer.Canceled)));
    }

    [Fact]
    public void Cancel_OfAnUnknownId_HasNoAnswer()
    {
        using WatchStream stream = _hub.Open();
        stream.Cancel(0);
        Assert.Empty(WatchHubFixture.Take(stream));
    }

    [Fact]
    public void WatchersBeyondTheLimit_AreRefused_UntilOneIsCancelled()
    {
        using WatchStream stream = _hub.Open();
        for (int i = 0; i < 3; i++)
        {
            stream.Create(WatchHubFixture.Request("a"));
        }

        WatchResponse refused = WatchHubFixture.Answers(stream)[2];
        Assert.Equal((-1L, true, true, "etcdserver: too many watchers on the stream"), (refused.WatchId, refused.Created, refused.Canceled, refused.CancelReason));
        Assert.Equal(2, _hub.Dispatcher.Watchers);
        stream.Cancel(1);
        stream.Create(WatchHubFixture.Request("a"));
        Assert.Equal(2, WatchHubFixture.Answers(stream)[^1].WatchId);
    }

    /// <summary>etcd's order of checks: the start revision before the range, the range before the id.</summary>
    [Theory]
    [InlineData("b", "a", 0, -1, "etcdserver: mvcc: required revision has been compacted")]
    [InlineData("b", "a", 7, 0, "mvcc: watcher range is empty")]
    [InlineData("a", "a", 0, 0, "mvcc: watcher range is empty")]
    [InlineData("a", "b", 7, 0, "mvcc: duplicate watch ID provided on the WatchStream")]
    public void Create_WithSeveralFaults_NamesTheFirst(string key, string end, long id, long start, string reason)
    {
        using WatchStream stream = _hub.Open();
        stream.Create(WatchHubFixture.Request("x", id: 7));
        stream.Create(WatchHubFixture.Request(key, end, id, start));
        Assert.Equal(reason, WatchHubFixture.Answers(stream)[1].CancelReason);
        Assert.Equal(1, _hub.Dispatcher.Watchers);
    }

    [Fact]
    public void Streams_AndTheirWatchers_AreCountedUntilTheyAreDisposed_Once()
    {
        WatchStream one = _hub.Open(), other = _hub.Open();
        one.Create(WatchHubFixture.Request("a"));
        one.Create(WatchHubFixture.Request("b"));
        other.Create(WatchHubFixture.Request("a"));
        Assert.Equal((2, 3), (_hub.Dispatcher.Streams, _hub.Dispatcher.Watchers));
        one.Dispose();
        one.Dispose();
        Assert.Equal((1, 1), (_hub.Dispatcher.Streams, _hub.Dispatcher.Watchers));
        other.Dispose();
        Assert.Equal((0, 0, 0), (_hub.Dispatcher.Streams, _hub.Dispatcher.Watchers, _hub.Dispatcher.Unsynced));
    }

    [Fact]
    public void StreamThatIsClosed_TakesNoRequests_AndHoldsNoBytes()
    {
        WatchStream stream = _hub.Open();
        stream.Create(WatchHubFixture.Request("a"));
        stream.Dispose();
        stream.Create(WatchHubFixture.Request("a"));
        stream.Cancel(0);
        stream.RequestProgress();
        Assert.Empty(WatchHubFixture.Take(stream));
        Assert.Equal((0, 0L), (_hub.Dispatcher.Watchers, _hub.Dispatcher.Budget.Bytes));
    }

    [Fact]
    public void Changes_AreKeptForTheHub_OnlyWhileThereAreWatchers()
    {
        using WatchStream stream = _hub.Open();
        _hub.Put("a");
        Assert.Equal(0, _hub.Awaited);
        stream.Create(WatchHubFixture.Request("b", "a"));
        _hub.Put("a");
        Assert.Equal(0, _hub.Awaited);
        stream.Create(WatchHubFixture.Request("a"));
        _hub.Put("a");
        _hub.Put("a");
        Assert.Equal(1, _hub.Awaited);
        _hub.Deliver();
        Assert.Equal(2, _hub.Dispatcher.Delivered);
        stream.Cancel(0);
        _hub.Put("a");
        Assert.Equal(0, _hub.Awaited);
    }

    /// <summary>A put before the request is not the watcher's, also when the hub has not had its turn since.</summary>
    [Fact]
    public void Create_WithoutAStart_BeginsAfterEverythingPublished()
    {
        using WatchStream stream = _hub.Open();
        stream.Create(WatchHubFixture.Request("a"));
        long before = _hub.Put("a", "before");
        stream.Create(WatchHubFixture.Request("a"));
        long after = _hub.Put("a", "after");
        _hub.Deliver();
        var events = WatchHubFixture.Take(stream).Where(item => item.Run is not null).Select(item => (item.Watcher!.Id, item.Run!.First, item.Run.Last));
        Assert.Equal([(0L, before, before), (0L, after, after), (1L, after, after)], events.Order());
    }
}
