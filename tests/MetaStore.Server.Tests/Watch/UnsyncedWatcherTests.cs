using MetaStore.Protocol.Etcd;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Watch;
using MetaStore.Server.Watch.Sending;
using MetaStore.StateMachine.Watch;

namespace MetaStore.Server.Tests.Watch;

/// <summary>A watcher whose stream is full misses nothing: it reads from history, once, in order, or hears that its history is gone.</summary>
public sealed class UnsyncedWatcherTests : IDisposable
{
    private readonly WatchHubFixture _hub = new(new WatchOptions { QueueBytes = 200 });
    private readonly WatchStream _stream;

    public UnsyncedWatcherTests()
    {
        _stream = _hub.Open();
        _stream.Create(WatchHubFixture.Request("a"));
        WatchHubFixture.Take(_stream);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _hub.Dispose();
    }

    [Fact]
    public void FullQueue_UnsyncsTheWatcher_AndHistoryGivesTheRest_InOrder()
    {
        FillUp();
        Assert.Equal((1L, 1), (_hub.Dispatcher.FallenBehind, _hub.Dispatcher.Unsynced));
        long last = _hub.Put("a");
        _hub.Deliver();
        List<long> revisions = Revisions();
        Read();
        revisions.AddRange(Revisions());
        Assert.Equal(Enumerable.Range(2, (int)last - 1).Select(revision => (long)revision), revisions);
        Assert.Equal(0, _hub.Dispatcher.Unsynced);

        long live = _hub.Put("a");
        _hub.Deliver();
        Assert.Equal([live], Revisions());
        Assert.Empty(_stream.TakeBehind());
    }

    [Fact]
    public void Budget_OfAllStreams_UnsyncsAsTheQueueDoes()
    {
        using var hub = new WatchHubFixture(new WatchOptions { QueueBytesTotal = 150 });
        using WatchStream stream = hub.Open();
        stream.Create(WatchHubFixture.Request("a"));
        hub.Put("a");
        hub.Put("a");
        hub.Deliver();
        Assert.Equal(1, hub.Dispatcher.Unsynced);
    }

    [Fact]
    public void WatcherThatIsCancelled_IsNotReadFor()
    {
        FillUp();
        _stream.Cancel(0);
        Assert.Empty(_stream.TakeBehind());
        Assert.Equal(0, _hub.Dispatcher.Unsynced);
    }

    [Fact]
    public void WatcherThatIsCancelledDuringTheRead_GetsNothingOfIt()
    {
        FillUp();
        Revisions();
        CatchUpRound round = CatchUp.Read(_hub.Dispatcher.Reader, _stream.TakeBehind());
        _stream.Cancel(0);
        Take(round);
        WatchItem only = Assert.Single(WatchHubFixture.Take(_stream));
        Assert.True(only.Answer!.Canceled);
    }

    [Fact]
    public void HistoryThatIsCompacted_EndsTheWatcher_WithTheRevision_AndItsIdIsFree()
    {
        FillUp();
        long last = _hub.Put("a");
        _hub.Compact(last);
        WatchHubFixture.Take(_stream);
        Read();
        WatchResponse ended = Assert.Single(WatchHubFixture.Answers(_stream));
        Assert.Equal((0L, true, false, last, ""), (ended.WatchId, ended.Canceled, ended.Created, ended.CompactRevision, ended.CancelReason));
        Assert.Equal((0L, WatchHubFixture.Member, 3UL), (ended.Header.Revision, ended.Header.MemberId, ended.Header.RaftTerm));
        Assert.Equal(0, _hub.Dispatcher.Watchers);
        _stream.Create(WatchHubFixture.Request("a", id: 5));
        Assert.Equal(5, Assert.Single(WatchHubFixture.Answers(_stream)).WatchId);
    }

    [Fact]
    public void RequestForProgress_WhileOneIsUnsynced_HasNoAnswer()
    {
        _stream.RequestProgress();
        WatchResponse answer = Assert.Single(WatchHubFixture.Answers(_stream));
        Assert.Equal((-1L, 1L), (answer.WatchId, answer.Header.Revision));
        FillUp();
        WatchHubFixture.Take(_stream);
        _stream.RequestProgress();
        Assert.Empty(WatchHubFixture.Take(_stream));
        Read();
        Revisions();
        _stream.RequestProgress();
        Assert.Equal(_hub.Dispatcher.Hub.Revision, Assert.Single(WatchHubFixture.Answers(_stream)).Header.Revision);
    }

    [Fact]
    public void RequestForProgress_WithoutWatchers_OrOfOneThatHasNotBegun_HasNoAnswer()
    {
        _stream.Cancel(0);
        WatchHubFixture.Take(_stream);
        _stream.RequestProgress();
        _stream.Create(WatchHubFixture.Request("a", start: 3));
        _stream.RequestProgress();
        Assert.True(Assert.Single(WatchHubFixture.Answers(_stream)).Created);
        _hub.Put("b");
        _stream.RequestProgress();
        Assert.Equal(2, Assert.Single(WatchHubFixture.Answers(_stream)).Header.Revision);
    }

    /// <summary>Puts until the stream's queue takes no more.</summary>
    private void FillUp()
    {
        while (_hub.Dispatcher.FallenBehind == 0)
        {
            _hub.Put("a");
            _hub.Deliver();
        }
    }

    private List<long> Revisions() => [.. WatchHubFixture.Take(_stream).Where(item => item.Run is not null).SelectMany(item => item.Run!.Events.ToArray()).Select(change => change.Revision)];

    /// <summary>Reads one round from history, as the sender does when the queue is empty.</summary>
    private void Read() => Take(CatchUp.Read(_hub.Dispatcher.Reader, _stream.TakeBehind()));

    private void Take(CatchUpRound round) => _hub.Dispatcher.Do(
        () =>
        {
            _hub.Dispatcher.Hub.Take(round);
            return true;
        },
        upToDate: true);
}
