using MetaStore.Protocol.Etcd;
using Grpc.Core;
using MetaStore.Client.Tests.Fakes;
using MetaStore.Testing;

namespace MetaStore.Client.Tests.Leasing;

/// <summary>A lease of nine seconds with a fake clock.</summary>
public sealed class HeldLeaseTests : IDisposable
{
    private readonly FakeCluster _cluster = new(2);

    public HeldLeaseTests()
    {
        _cluster.OnAll<LeaseGrantRequest>("LeaseGrant", request => new LeaseGrantResponse { ID = 42, TTL = request.TTL });
        _cluster.OnAll<LeaseRevokeRequest>("LeaseRevoke", _ => new LeaseRevokeResponse());
        _cluster.OnAll<LeaseKeepAliveRequest>("LeaseKeepAlive", request => new LeaseKeepAliveResponse { ID = request.ID, TTL = 9 });
    }

    private int Renewals => _cluster.Members.Sum(member => member.Requests<LeaseKeepAliveRequest>("LeaseKeepAlive").Length);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Held_IsRenewedEveryThirdOfItsTime()
    {
        await using var lease = await HoldAsync();
        for (var third = 1; third <= 10; third++)
        {
            await AdvanceAsync(2.9);
            Assert.Equal(third - 1, Renewals);
            _cluster.Time.Advance(TimeSpan.FromSeconds(0.1));
            await Eventually.TrueAsync(() => Renewals == third, TimeSpan.FromSeconds(20), () => "no renewal is due");
        }

        Assert.False(lease.Lost.IsCancellationRequested);
        Assert.Null(lease.LastFailure);
    }

    [Fact]
    public async Task OneMemberDown_TheNextOneRenews()
    {
        _cluster.First.On<LeaseKeepAliveRequest>("LeaseKeepAlive", _ => FakeEndpoint.Unavailable("etcdserver: no leader"));
        await using var lease = await HoldAsync();

        await _cluster.UntilAsync(() => _cluster.Members[1].Requests<LeaseKeepAliveRequest>("LeaseKeepAlive").Length >= 3, "the lease is not renewed");

        Assert.False(lease.Lost.IsCancellationRequested);
        Assert.Single(_cluster.First.Requests<LeaseKeepAliveRequest>("LeaseKeepAlive"));
    }

    [Fact]
    public async Task NoRenewal_LostAtTheExpiry_NotBefore()
    {
        _cluster.OnAll<LeaseKeepAliveRequest>("LeaseKeepAlive", _ => FakeEndpoint.Unreachable());
        var began = _cluster.Time.GetTimestamp();
        await using var lease = await HoldAsync();

        await _cluster.UntilAsync(() => lease.Lost.IsCancellationRequested, "it is still believed to be held");

        Assert.Equal(9, _cluster.Time.GetElapsedTime(began).TotalSeconds, 0.05);
        Assert.NotNull(lease.LastFailure);
        Assert.InRange(Renewals, 5, 20);
    }

    [Fact]
    public async Task MembersComeBackInTime_TheLeaseLivesOn()
    {
        var isDown = true;
        _cluster.OnAll<LeaseKeepAliveRequest>(
            "LeaseKeepAlive", request => isDown ? FakeEndpoint.Unavailable() : new LeaseKeepAliveResponse { ID = request.ID, TTL = 9 });
        var began = _cluster.Time.GetTimestamp();
        await using var lease = await HoldAsync();
        await _cluster.UntilAsync(() => _cluster.Time.GetElapsedTime(began) > TimeSpan.FromSeconds(8), "time stands still");
        isDown = false;

        await _cluster.UntilAsync(() => _cluster.Time.GetElapsedTime(began) > TimeSpan.FromSeconds(40), "time stands still", TimeSpan.FromMilliseconds(100));

        Assert.False(lease.Lost.IsCancellationRequested);
        Assert.Null(lease.LastFailure);
    }

    [Fact]
    public async Task ServerDoesNotKnowTheLease_LostAtOnce()
    {
        _cluster.OnAll<LeaseKeepAliveRequest>("LeaseKeepAlive", request => new LeaseKeepAliveResponse { ID = request.ID, TTL = 0 });
        var began = _cluster.Time.GetTimestamp();
        await using var lease = await HoldAsync();

        await _cluster.UntilAsync(() => lease.Lost.IsCancellationRequested, "it is still believed to be held");

        Assert.Equal(3, _cluster.Time.GetElapsedTime(began).TotalSeconds, 0.05);
        Assert.True(lease.LastFailure!.Is(EtcdErrors.LeaseNotFound));
    }

    [Fact]
    public async Task MemberDoesNotAnswer_TheTryEndsWithTheLease()
    {
        _cluster.OnAll<LeaseKeepAliveRequest>("LeaseKeepAlive", _ => null);
        await using var lease = await HoldAsync();

        await _cluster.UntilAsync(() => lease.Lost.IsCancellationRequested, "it is still believed to be held");
    }

    [Fact]
    public async Task Disposed_FiresLost_ThenRevokes_Once()
    {
        var lease = await HoldAsync();
        var lostBeforeRevoke = false;
        _cluster.OnAll<LeaseRevokeRequest>("LeaseRevoke", _ =>
        {
            lostBeforeRevoke = lease.Lost.IsCancellationRequested;
            return new LeaseRevokeResponse();
        });

        await lease.DisposeAsync();
        await lease.DisposeAsync();

        Assert.True(lostBeforeRevoke);
        Assert.Equal(42, Assert.Single(_cluster.First.Requests<LeaseRevokeRequest>("LeaseRevoke")).ID);
        await AdvanceAsync(60);
        Assert.Equal(0, Renewals);
    }

    [Fact]
    public async Task Disposed_NoReachableMember_LeavesItToExpire()
    {
        var lease = await HoldAsync();
        _cluster.OnAll<LeaseRevokeRequest>("LeaseRevoke", _ => FakeEndpoint.Unreachable());

        var disposing = lease.DisposeAsync().AsTask();
        await _cluster.UntilAsync(() => disposing.IsCompleted, "dispose hangs");
        await disposing;

        Assert.NotNull(lease.LastFailure);
    }

    [Fact]
    public async Task Revoked_AndGoneAlready_IsFine()
    {
        await using var lease = await HoldAsync();
        _cluster.OnAll<LeaseRevokeRequest>(
            "LeaseRevoke", _ => new RpcException(new Status(StatusCode.NotFound, EtcdErrors.LeaseNotFound)));

        await lease.RevokeAsync();

        Assert.True(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task PartsOfSeconds_AreRoundedUp()
    {
        await using var lease = await _cluster.Client.Lease.HoldAsync(TimeSpan.FromMilliseconds(2500));
        Assert.Equal(3, _cluster.First.Requests<LeaseGrantRequest>("LeaseGrant")[0].TTL);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _cluster.Client.Lease.HoldAsync(TimeSpan.Zero));
    }

    private Task<HeldLease> HoldAsync() => _cluster.Client.Lease.HoldAsync(TimeSpan.FromSeconds(9));

    /// <summary>Advances the clock once both timers are armed: the delay of the renewal and the expiry of the lease.</summary>
    private async Task AdvanceAsync(double seconds)
    {
        if (seconds < 9)
        {
            await Eventually.TrueAsync(() => _cluster.Time.ArmedTimers == 2, TimeSpan.FromSeconds(20), () => "no timer waits");
        }

        _cluster.Time.Advance(TimeSpan.FromSeconds(seconds));
    }
}
