using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Migration;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;

namespace MetaStore.Cli.Tests.Migration;

/// <summary>A lease of nine seconds, with a fake clock.</summary>
public sealed class TargetLeasesTests : IClassFixture<FakeMember>, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _end = new();
    private readonly FakeMember _member;
    private readonly MetaStoreClient _client;
    private readonly TargetLeases _leases;
    private long _left = 9;
    private long _renewed = 9;

    public TargetLeasesTests(FakeMember member)
    {
        _member = member.Clear()
            .On<LeaseTimeToLiveRequest>("LeaseTimeToLive", request => new LeaseTimeToLiveResponse { ID = request.ID, TTL = _left, GrantedTTL = 9 })
            .On<LeaseGrantRequest>("LeaseGrant", _ => FakeMember.Failure(StatusCode.FailedPrecondition, EtcdErrors.LeaseExists))
            .On<LeaseKeepAliveRequest>("LeaseKeepAlive", request => new LeaseKeepAliveResponse { ID = request.ID, TTL = _renewed });
        _client = _member.Client();
        _leases = new TargetLeases(_client, _client, _time);
    }

    private int Renewals => _member.Requests<LeaseKeepAliveRequest>("LeaseKeepAlive").Length;

    public void Dispose()
    {
        _client.Dispose();
        _end.Dispose();
    }

    [Fact]
    public async Task LeaseThatTheTargetHas_IsRenewed_AndAgainAfterAThirdOfItsTime()
    {
        Assert.True(await _leases.EnsureAsync(7, again: false, CancellationToken.None));
        Assert.Equal(1, Renewals);
        var renewing = _leases.RenewAsync(_end.Token);
        _time.Advance(TimeSpan.FromSeconds(2.9));
        await PassAsync();
        Assert.Equal(1, Renewals);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        await Eventually.TrueAsync(() => Renewals == 2, Limit, () => "no renewal");
        await _end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => renewing);
    }

    [Fact]
    public async Task LeaseThatEndedInTheSource_IsNotRenewedAnyMore()
    {
        await _leases.EnsureAsync(7, again: false, CancellationToken.None);
        _left = -1;
        var renewing = _leases.RenewAsync(_end.Token);
        await AdvanceUntilAsync(() => _leases.Count == 0);
        Assert.Equal(1, Renewals);
        await _end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => renewing);
    }

    [Fact]
    public async Task LeaseThatEndedInTheTargetOnly_IsAFailure_ForItsKeysWentWithIt()
    {
        await _leases.EnsureAsync(7, again: false, CancellationToken.None);
        _renewed = 0;
        var renewing = _leases.RenewAsync(_end.Token);
        await AdvanceUntilAsync(() => renewing.IsCompleted || Renewals > 2);
        await _end.CancelAsync();
        var failure = await Assert.ThrowsAsync<InputException>(() => renewing);
        Assert.StartsWith("lease 7 has expired in the target, and its keys with it", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--resume", failure.Message, StringComparison.Ordinal);
    }

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return condition();
            },
            Limit,
            () => "it does not end");
    }

    /// <summary>A call after everything that was begun before.</summary>
    private Task PassAsync() => _client.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 1 });
}
