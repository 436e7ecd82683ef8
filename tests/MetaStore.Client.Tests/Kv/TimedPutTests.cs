using Grpc.Core;
using MetaStore.Client.Kv;
using MetaStore.Client.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client.Tests.Kv;

/// <summary>Which leases a put with a time to live grants, ends and leaves, step by step.</summary>
public sealed class TimedPutTests : IDisposable
{
    private const long Old = ((long)TimedPut.Mark << 32) | 7;

    private readonly FakeCluster _cluster = new(1);
    private readonly HashSet<long> _leases = [];
    private long _leaseOfKey;
    private int _keysOfOld;

    public TimedPutTests()
    {
        _cluster.First.On<LeaseGrantRequest>("LeaseGrant", request => _leases.Add(request.ID) ? new LeaseGrantResponse { ID = request.ID, TTL = request.TTL } : Refused(EtcdErrors.LeaseExists));
        _cluster.First.On<LeaseRevokeRequest>("LeaseRevoke", request => _leases.Remove(request.ID) ? new LeaseRevokeResponse() : Refused(EtcdErrors.LeaseNotFound));
        _cluster.First.On<LeaseTimeToLiveRequest>("LeaseTimeToLive", request => new LeaseTimeToLiveResponse
        {
            ID = request.ID, TTL = _leases.Contains(request.ID) ? 5 : -1, Keys = { Enumerable.Repeat(Google.Protobuf.ByteString.Empty, _keysOfOld) },
        });
        _cluster.First.On<TxnRequest>("Txn", Put);
    }

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(30, 30)]
    [InlineData(30.001, 31)]
    public async Task NewKey_HasALeaseOfItsOwn_OfWholeSeconds(double seconds, long expected)
    {
        var response = await _cluster.Client.Kv.PutAsync("k", "v", TimeSpan.FromSeconds(seconds));
        Assert.Equal(9, response.Header.Revision);
        var grant = Assert.Single(_cluster.First.Requests<LeaseGrantRequest>("LeaseGrant"));
        Assert.Equal(expected, grant.TTL);
        Assert.True(TimedPut.IsOfOneKey(grant.ID));
        Assert.Equal(grant.ID, _leaseOfKey);
        Assert.Equal([grant.ID], _leases);
        Assert.Empty(_cluster.First.Requests<LeaseTimeToLiveRequest>("LeaseTimeToLive"));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(-1)]
    public async Task Replaced_TheFormerLeaseEnds_AlsoWithoutANewOne(int seconds)
    {
        _leases.Add(_leaseOfKey = Old);
        await _cluster.Client.Kv.PutAsync("k", "v", seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds));
        Assert.DoesNotContain(Old, _leases);
        Assert.Equal(_leaseOfKey == 0 ? [] : [_leaseOfKey], _leases);
        Assert.Equal(seconds < 0, _leaseOfKey == 0);
    }

    /// <summary>A lease of another kind may have other keys, now or soon.</summary>
    [Theory]
    [InlineData(0x1234, 0)]
    [InlineData(Old, 1)]
    public async Task Lease_ThatIsNotOfThisKeyAlone_IsLeft(long lease, int keys)
    {
        _leases.Add(_leaseOfKey = lease);
        _keysOfOld = keys;
        await _cluster.Client.Kv.PutAsync("k", "v", TimeSpan.FromSeconds(30));
        Assert.Contains(lease, _leases);
    }

    [Fact]
    public async Task Put_ThatIsRefused_LeavesNoLease()
    {
        _cluster.First.On<TxnRequest>("Txn", _ => Refused(EtcdErrors.PermissionDenied, StatusCode.PermissionDenied));
        var failure = await Assert.ThrowsAsync<RpcException>(() => _cluster.Client.Kv.PutAsync("k", "v", TimeSpan.FromSeconds(30)));
        Assert.True(failure.Is(EtcdErrors.PermissionDenied));
        Assert.Empty(_leases);
    }

    /// <summary>If the put has taken effect, a revoked lease would delete its key.</summary>
    [Fact]
    public async Task Put_ThatMayHaveHappened_KeepsItsLease()
    {
        _cluster.First.On<TxnRequest>("Txn", _ => FakeEndpoint.Unavailable());
        await Assert.ThrowsAsync<RpcException>(() => _cluster.Client.Kv.PutAsync("k", "v", TimeSpan.FromSeconds(30)));
        Assert.Single(_leases);
        Assert.Empty(_cluster.First.Requests<LeaseRevokeRequest>("LeaseRevoke"));
    }

    [Fact]
    public async Task Grant_ThatMayHaveHappened_IsTakenBack()
    {
        _cluster.First.On<LeaseGrantRequest>("LeaseGrant", request =>
        {
            _leases.Add(request.ID);
            return FakeEndpoint.Unavailable();
        });
        await Assert.ThrowsAsync<RpcException>(() => _cluster.Client.Kv.PutAsync("k", "v", TimeSpan.FromSeconds(30)));
        Assert.Empty(_leases);
        Assert.Empty(_cluster.First.Requests<TxnRequest>("Txn"));
    }

    [Fact]
    public async Task FormerLease_ThatCannotBeEnded_IsNoFailureOfThePut()
    {
        _leases.Add(_leaseOfKey = Old);
        _cluster.First.On<LeaseRevokeRequest>("LeaseRevoke", _ => Refused(EtcdErrors.NoLeader));
        await _cluster.Client.Kv.PutAsync("k", "v", TimeSpan.FromSeconds(30));
        Assert.Contains(Old, _leases);
    }

    [Fact]
    public async Task Arguments_ThatMeanNothing_AreRefused()
    {
        var kv = _cluster.Client.Kv;
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => kv.PutAsync("k", "v", TimeSpan.Zero));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => kv.PutAsync("k", "v", TimeSpan.FromSeconds(-3)));
        await Assert.ThrowsAsync<ArgumentException>(() => kv.PutAsync(new PutRequest { Lease = 1 }, TimeSpan.FromSeconds(3)));
        await Assert.ThrowsAsync<ArgumentException>(() => kv.PutAsync(new PutRequest { IgnoreLease = true }, TimeSpan.FromSeconds(3)));
        Assert.Empty(_cluster.First.Requests<LeaseGrantRequest>("LeaseGrant"));
    }

    private static RpcException Refused(string text, StatusCode code = StatusCode.FailedPrecondition) => new(new Status(code, text));

    private TxnResponse Put(TxnRequest request)
    {
        var response = new TxnResponse
        {
            Header = new ResponseHeader { Revision = 9 },
            Responses = { new ResponseOp { ResponseRange = new RangeResponse() }, new ResponseOp { ResponsePut = new PutResponse() } },
        };
        if (_leaseOfKey != 0)
        {
            response.Responses[0].ResponseRange.Kvs.Add(new KeyValue { Key = request.Success[0].RequestRange.Key, Lease = _leaseOfKey });
        }

        Assert.True(request.Success[0].RequestRange.KeysOnly);
        _leaseOfKey = request.Success[1].RequestPut.Lease;
        return response;
    }
}
