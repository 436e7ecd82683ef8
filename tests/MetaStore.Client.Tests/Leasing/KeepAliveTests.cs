using MetaStore.Client.Tests.Fakes;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Client.Tests.Leasing;

public sealed class KeepAliveTests : IDisposable
{
    private readonly FakeCluster _cluster = new(2);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task KeepAlive_RenewsEveryThird_AndEndsAfterTheAnswerWithoutTime()
    {
        var left = new Queue<long>([9, 6, 0, 9]);
        _cluster.OnAll<LeaseKeepAliveRequest>("LeaseKeepAlive", _ => new LeaseKeepAliveResponse { TTL = left.Dequeue() });
        var times = new List<(long Left, double At)>();
        var began = _cluster.Time.GetTimestamp();
        var running = Task.Run(async () =>
        {
            await foreach (var answer in _cluster.Client.Lease.KeepAliveAsync(5))
            {
                times.Add((answer.TTL, Math.Round(_cluster.Time.GetElapsedTime(began).TotalSeconds, 1)));
            }
        });
        await _cluster.UntilAsync(() => running.IsCompleted, "it goes on");
        await running;
        Assert.Equal([9L, 6L, 0L], times.Select(time => time.Left));
        Assert.True(times[1].At - times[0].At > 2.9 && times[2].At - times[1].At > 1.9, string.Join(' ', times));
    }

    [Fact]
    public async Task KeepAliveOnce_FailsWithoutAnotherTry_AndTheMemberIsLeft()
    {
        _cluster.OnAll<LeaseKeepAliveRequest>("LeaseKeepAlive", _ => FakeEndpoint.Unavailable());
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => _cluster.Client.Lease.KeepAliveOnceAsync(5));
        Assert.Equal((1, 0), (_cluster.First.Requests<LeaseKeepAliveRequest>("LeaseKeepAlive").Length, _cluster.Members[1].Requests<LeaseKeepAliveRequest>("LeaseKeepAlive").Length));
        Assert.Equal(1, _cluster.Balancer.Current);
    }
}
