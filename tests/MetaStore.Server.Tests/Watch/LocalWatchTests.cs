using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Server.Calls;
using MetaStore.Server.Watch;

namespace MetaStore.Server.Tests.Watch;

/// <summary>A watch of the server itself, as Lock and Election use it.</summary>
public sealed class LocalWatchTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly WatchHubFixture _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task Next_IsTheNextResponseWithEvents()
    {
        await using LocalWatch watch = Open("a");
        Task<WatchResponse> next = watch.NextAsync(CancellationToken.None).AsTask();
        _hub.Put("a", "1");
        _hub.Deliver();
        Event first = Assert.Single((await next.WaitAsync(Limit)).Events);
        Assert.Equal("1", first.Kv.Value.ToStringUtf8());
        _hub.Delete("a");
        _hub.Deliver();
        Assert.Equal(Event.Types.EventType.Delete, Assert.Single((await NextAsync(watch)).Events).Type);
    }

    [Fact]
    public async Task Start_InThePast_IsReadFromHistory()
    {
        long first = _hub.Put("a");
        _hub.Put("a");
        await using LocalWatch watch = Open("a", first);
        var revisions = new List<long>();
        while (revisions.Count < 2)
        {
            revisions.AddRange((await NextAsync(watch)).Events.Select(change => change.Kv.ModRevision));
        }

        Assert.Equal([first, first + 1], revisions);
    }

    [Fact]
    public async Task Start_ThatIsCompacted_FailsWithEtcdsText()
    {
        long first = _hub.Put("a");
        long last = _hub.Put("a");
        _hub.Compact(last);
        await using LocalWatch watch = Open("a", first);
        RpcException failed = await Assert.ThrowsAsync<RpcException>(() => NextAsync(watch));
        Assert.Equal((StatusCode.Unknown, "etcdserver: mvcc: required revision has been compacted"), (failed.StatusCode, failed.Status.Detail));
    }

    [Fact]
    public async Task Watch_ThatIsRefused_FailsWithItsReason()
    {
        await using var watch = new LocalWatch(_hub.Dispatcher, WatchHubFixture.Request("b", "a"), new LocalCallContext("test").Call);
        RpcException failed = await Assert.ThrowsAsync<RpcException>(() => NextAsync(watch));
        Assert.Equal("mvcc: watcher range is empty", failed.Status.Detail);
    }

    [Fact]
    public async Task Next_ThatIsCancelled_LeavesTheWatchAsItIs()
    {
        await using LocalWatch watch = Open("a");
        using var stop = new CancellationTokenSource();
        Task<WatchResponse> next = watch.NextAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Limit));
        _hub.Put("a");
        _hub.Deliver();
        Assert.Single((await NextAsync(watch)).Events);
    }

    /// <summary>What is not read is bounded: the sender waits, and disposing ends that wait.</summary>
    [Fact]
    public async Task Dispose_EndsAWatchThatIsNotRead_AndItsWatcher()
    {
        LocalWatch watch = Open("a");
        for (int i = 0; i < 100; i++)
        {
            _hub.Put("a");
            _hub.Deliver();
        }

        await watch.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.Equal((0, 0, 0L), (_hub.Dispatcher.Streams, _hub.Dispatcher.Watchers, _hub.Dispatcher.Budget.Bytes));
    }

    private static Task<WatchResponse> NextAsync(LocalWatch watch) => watch.NextAsync(CancellationToken.None).AsTask().WaitAsync(Limit);

    private LocalWatch Open(string key, long start = 0) => new(_hub.Dispatcher, WatchHubFixture.Request(key, start: start), new LocalCallContext("test").Call);
}
