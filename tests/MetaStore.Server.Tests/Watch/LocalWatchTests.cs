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

    private readonly WatchRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Next_IsTheNextResponseWithEvents()
    {
        await using LocalWatch watch = Open("a");
        Task<WatchResponse> next = watch.NextAsync(CancellationToken.None).AsTask();
        _room.Put("a", "1");
        _room.Deliver();
        Event first = Assert.Single((await next.WaitAsync(Limit)).Events);
        Assert.Equal("1", first.Kv.Value.ToStringUtf8());
        _room.Delete("a");
        _room.Deliver();
        Assert.Equal(Event.Types.EventType.Delete, Assert.Single((await NextAsync(watch)).Events).Type);
    }

    [Fact]
    public async Task Start_InThePast_IsReadFromHistory()
    {
        long first = _room.Put("a");
        _room.Put("a");
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
        long first = _room.Put("a");
        long last = _room.Put("a");
        _room.Compact(last);
        await using LocalWatch watch = Open("a", first);
        RpcException failed = await Assert.ThrowsAsync<RpcException>(() => NextAsync(watch));
        Assert.Equal((StatusCode.Unknown, "etcdserver: mvcc: required revision has been compacted"), (failed.StatusCode, failed.Status.Detail));
    }

    [Fact]
    public async Task Watch_ThatIsRefused_FailsWithItsReason()
    {
        await using var watch = new LocalWatch(_room.Dispatcher, WatchRoom.Request("b", "a"), new LocalCallContext("test").Call);
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
        _room.Put("a");
        _room.Deliver();
        Assert.Single((await NextAsync(watch)).Events);
    }

    /// <summary>What is not read is bounded: the sender waits, and disposing ends that wait.</summary>
    [Fact]
    public async Task Dispose_EndsAWatchThatIsNotRead_AndItsWatcher()
    {
        LocalWatch watch = Open("a");
        for (int i = 0; i < 100; i++)
        {
            _room.Put("a");
            _room.Deliver();
        }

        await watch.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.Equal((0, 0, 0L), (_room.Dispatcher.Streams, _room.Dispatcher.Watchers, _room.Dispatcher.Budget.Bytes));
    }

    private static Task<WatchResponse> NextAsync(LocalWatch watch) => watch.NextAsync(CancellationToken.None).AsTask().WaitAsync(Limit);

    private LocalWatch Open(string key, long start = 0) => new(_room.Dispatcher, WatchRoom.Request(key, start: start), new LocalCallContext("test").Call);
}
