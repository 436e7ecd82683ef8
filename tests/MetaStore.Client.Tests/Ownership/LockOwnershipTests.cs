using MetaStore.Client.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client.Tests.Ownership;

/// <summary>Locks on a fake queue; the client's own lease is 2a.</summary>
public sealed class LockOwnershipTests : IDisposable
{
    private static readonly TimeSpan Nine = TimeSpan.FromSeconds(9);

    private readonly FakeCluster _cluster = new(1);
    private readonly FakeQueue _queue;

    public LockOwnershipTests() => _queue = new FakeQueue(_cluster);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Acquired_IsTheFirstKey_AndReleasedWithItsLease()
    {
        var held = await _cluster.Client.Lock.AcquireAsync("job", Nine);
        Assert.Equal(["job/2a"], _queue.Keys);
        Assert.Equal(("job/2a", 11L, 0x2aL), (held.Key.ToString(), held.FencingToken, held.LeaseId));
        await held.DisposeAsync();
        await held.DisposeAsync();
        Assert.Empty(_queue.Keys);
        Assert.True(held.Lost.IsCancellationRequested);
        Assert.Single(_cluster.First.Requests<LeaseRevokeRequest>("LeaseRevoke"));
    }

    [Fact]
    public async Task TryAcquire_OfALockWithAnOwner_LeavesNoKey()
    {
        _queue.Add("job/7", lease: 7);
        Assert.Null(await _cluster.Client.Lock.TryAcquireAsync("job", Nine));
        Assert.Equal(["job/7"], _queue.Keys);
    }

    [Fact]
    public async Task Acquire_WaitsForTheKeyBeforeIt_NotForTheFirst()
    {
        _queue.Add("job/6", lease: 6);
        _queue.Add("job/7", lease: 7);
        var watched = new TaskCompletionSource<string>();
        _cluster.First.On<WatchRequest>("Watch", request =>
        {
            watched.TrySetResult(request.CreateRequest.Key.ToStringUtf8());
            _queue.Remove("job/7");
            _queue.Remove("job/6");
            return new WatchResponse { Header = new ResponseHeader { Revision = 20 }, Events = { new Event { Type = Event.Types.EventType.Delete, Kv = new KeyValue { Key = request.CreateRequest.Key, ModRevision = 20 } } } };
        });
        await using var held = await _cluster.Client.Lock.AcquireAsync("job", Nine);
        Assert.Equal("job/7", await watched.Task);
        Assert.Equal(["job/2a"], _queue.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KeyWithoutALease_IsNamed_AndTheQueueIsLeft(bool waits)
    {
        _queue.Add("job/data", lease: 0);
        var blocked = await Assert.ThrowsAsync<BlockedNameException>(() => waits ? _cluster.Client.Lock.AcquireAsync("job", Nine) : _cluster.Client.Lock.TryAcquireAsync("job", Nine)!);
        Assert.Equal("job/data", blocked.Key.ToString());
        Assert.Equal(["job/data"], _queue.Keys);
    }

    [Fact]
    public async Task Cancelled_WhileItWaits_LeavesTheQueue()
    {
        _queue.Add("job/7", lease: 7);
        using var stop = new CancellationTokenSource();
        _cluster.First.On<WatchRequest>("Watch", _ =>
        {
            stop.Cancel();
            return new WatchResponse { Created = true, Header = new ResponseHeader { Revision = 20 } };
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _cluster.Client.Lock.AcquireAsync("job", Nine, stop.Token));
        Assert.Equal(["job/7"], _queue.Keys);
    }

    [Fact]
    public async Task LeaseOfTheCaller_LosesOnlyTheKey()
    {
        await using var lease = await _cluster.Client.Lease.HoldAsync(Nine);
        var held = await _cluster.Client.Lock.AcquireAsync("job", lease);
        await held.DisposeAsync();
        Assert.Empty(_queue.Keys);
        Assert.False(lease.Lost.IsCancellationRequested);
        Assert.Empty(_cluster.First.Requests<LeaseRevokeRequest>("LeaseRevoke"));
    }

    [Fact]
    public async Task KeyThatIsDeleted_LosesTheLock()
    {
        _cluster.First.On<WatchRequest>("Watch", request => new WatchResponse
        {
            Header = new ResponseHeader { Revision = 20 }, Events = { new Event { Type = Event.Types.EventType.Delete, Kv = new KeyValue { Key = request.CreateRequest.Key, ModRevision = 20 } } },
        });
        await using var held = await _cluster.Client.Lock.AcquireAsync("job", Nine);
        await _cluster.UntilAsync(() => held.Lost.IsCancellationRequested, "it is still held", TimeSpan.FromMilliseconds(1));
        Assert.Null(held.LastFailure);
    }

    [Fact]
    public async Task WatchThatIsRefused_LosesTheLock_AndSaysWhy()
    {
        _cluster.First.On<WatchRequest>("Watch", _ => new Grpc.Core.RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.PermissionDenied, EtcdErrors.PermissionDenied)));
        await using var held = await _cluster.Client.Lock.AcquireAsync("job", Nine);
        await _cluster.UntilAsync(() => held.Lost.IsCancellationRequested, "it is still held", TimeSpan.FromMilliseconds(1));
        Assert.True(held.LastFailure!.Is(EtcdErrors.PermissionDenied));
    }

    [Fact]
    public async Task WatchThatIsCompacted_LooksAtTheKey_AndGoesOn()
    {
        var watches = 0;
        _cluster.First.On<WatchRequest>("Watch", request => ++watches == 1
            ? new WatchResponse { Canceled = true, CompactRevision = 15, Header = new ResponseHeader { Revision = 20 } }
            : new WatchResponse { Created = true, Header = new ResponseHeader { Revision = 20 } });
        await using var held = await _cluster.Client.Lock.AcquireAsync("job", Nine);
        await _cluster.UntilAsync(() => watches == 2, "it is not watched", TimeSpan.FromMilliseconds(1));
        Assert.False(held.Lost.IsCancellationRequested);
    }
}
