using MetaStore.Protocol.Etcd;
using MetaStore.Client.Tests.Fakes;
using Grpc.Core;

namespace MetaStore.Client.Tests.Endpoints;

/// <summary>The table of RetryRule, row by row.</summary>
public sealed class EndpointBalancerTests : IDisposable
{
    private readonly FakeCluster _cluster = new(2);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Read_Unavailable_IsAnsweredByTheNextMember()
    {
        _cluster.Members[0].On<RangeRequest>("Range", _ => FakeEndpoint.Unavailable());
        _cluster.Members[1].On<RangeRequest>("Range", _ => new RangeResponse { Count = 7 });

        Assert.Equal(7, (await _cluster.Client.Kv.RangeAsync(new RangeRequest())).Count);
        Assert.Equal(1, _cluster.Balancer.Current);
    }

    [Fact]
    public async Task Write_Unavailable_MayHaveHappened_AndIsNotSentAgain()
    {
        _cluster.OnAll<PutRequest>("Put", _ => FakeEndpoint.Unavailable());

        var failure = await Assert.ThrowsAsync<RpcException>(() => _cluster.Client.Kv.PutAsync("k", "v"));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal(1, _cluster.Members.Sum(member => member.Requests<PutRequest>("Put").Length));
        Assert.Equal(1, _cluster.Balancer.Current);
    }

    [Fact]
    public async Task Write_NeverSent_GoesToTheNextMember()
    {
        _cluster.Members[0].On<PutRequest>("Put", _ => FakeEndpoint.Unreachable());
        _cluster.Members[1].On<PutRequest>("Put", _ => new PutResponse());

        await _cluster.Client.Kv.PutAsync("k", "v");
        await _cluster.Client.Kv.PutAsync("k", "w");

        Assert.Single(_cluster.Members[0].Requests<PutRequest>("Put"));
        Assert.Equal(2, _cluster.Members[1].Requests<PutRequest>("Put").Length);
    }

    [Fact]
    public async Task Write_RefusedByALearner_GoesToTheNextMember()
    {
        _cluster.Members[0].On<PutRequest>("Put", _ => new RpcException(new Status(StatusCode.FailedPrecondition, "etcdserver: rpc not supported for learner")));
        _cluster.Members[1].On<PutRequest>("Put", _ => new PutResponse());

        await _cluster.Client.Kv.PutAsync("k", "v");

        Assert.Single(_cluster.Members[1].Requests<PutRequest>("Put"));
    }

    [Fact]
    public async Task Grant_WithoutAnId_IsTriedAgain_WithOneItIsNot()
    {
        _cluster.Members[0].On<LeaseGrantRequest>("LeaseGrant", _ => FakeEndpoint.Unavailable());
        _cluster.Members[1].On<LeaseGrantRequest>("LeaseGrant", _ => new LeaseGrantResponse { ID = 5 });

        Assert.Equal(5, (await _cluster.Client.Lease.GrantAsync(new LeaseGrantRequest { TTL = 5 })).ID);
        _cluster.Balancer.MoveOnFrom(1);
        await Assert.ThrowsAsync<RpcException>(() => _cluster.Client.Lease.GrantAsync(new LeaseGrantRequest { TTL = 5, ID = 5 }));
    }

    [Fact]
    public async Task DeadlineExceeded_IsNotTriedAgain_ButTheMemberIsLeft()
    {
        _cluster.OnAll<RangeRequest>("Range", _ => new RpcException(new Status(StatusCode.DeadlineExceeded, "")));

        await Assert.ThrowsAsync<RpcException>(() => _cluster.Client.Kv.RangeAsync(new RangeRequest()));

        Assert.Single(_cluster.Members[0].Requests<RangeRequest>("Range"));
        Assert.Empty(_cluster.Members[1].Requests<RangeRequest>("Range"));
        Assert.Equal(1, _cluster.Balancer.Current);
    }

    [Fact]
    public async Task AnAnswer_IsAnAnswer()
    {
        _cluster.OnAll<RangeRequest>("Range", _ => new RpcException(new Status(StatusCode.OutOfRange, EtcdErrors.Compacted)));

        var failure = await Assert.ThrowsAsync<RpcException>(() => _cluster.Client.Kv.RangeAsync(new RangeRequest { Revision = 1 }));

        Assert.True(failure.Is(EtcdErrors.Compacted));
        Assert.Equal(0, _cluster.Balancer.Current);
    }

    [Fact]
    public async Task NoResponse_RetriesBackOff_AndEndWithTheCommandTimeout()
    {
        _cluster.OnAll<RangeRequest>("Range", _ => FakeEndpoint.Unavailable("etcdserver: no leader"));
        var began = _cluster.Time.GetTimestamp();
        var call = _cluster.Client.Kv.RangeAsync(new RangeRequest());

        await _cluster.UntilAsync(() => call.IsCompleted, "the call goes on");

        Assert.True((await Assert.ThrowsAsync<RpcException>(() => call)).Is(EtcdErrors.NoLeader));
        Assert.InRange(_cluster.Time.GetElapsedTime(began), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
        Assert.InRange(_cluster.Members.Sum(member => member.Requests<RangeRequest>("Range").Length), 20, 32);
    }

    [Fact]
    public async Task Cancelled_ByTheCaller_EndsThePause()
    {
        _cluster.OnAll<RangeRequest>("Range", _ => FakeEndpoint.Unavailable());
        using var stop = new CancellationTokenSource();
        var call = _cluster.Client.Kv.RangeAsync(new RangeRequest(), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }
}
