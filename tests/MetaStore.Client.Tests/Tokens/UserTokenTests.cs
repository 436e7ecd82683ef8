using Grpc.Core;
using MetaStore.Client.Tests.Fakes;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Client.Tests.Tokens;

/// <summary>A client with a user: when it authenticates, with which member, and what it sends then. Tokens are t1, t2 and so on.</summary>
public sealed class UserTokenTests : IDisposable
{
    private readonly FakeCluster _cluster = new(2, user: "alice");
    private int _issued;

    public UserTokenTests()
    {
        _cluster.OnAll<AuthenticateRequest>("Authenticate", _ => new AuthenticateResponse { Token = $"t{Interlocked.Increment(ref _issued)}" });
        _cluster.OnAll<RangeRequest>("Range", _ => new RangeResponse());
    }

    private FakeEndpoint First => _cluster.First;

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Calls_MadeAtOnce_AuthenticateOnce_AndCarryTheToken()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => _cluster.Client.Kv.RangeAsync(new RangeRequest()))));
        Assert.Equal(new AuthenticateRequest { Name = "alice", Password = "secret" }, Assert.Single(First.Requests<AuthenticateRequest>("Authenticate")));
        Assert.Equal(["t1", "t1", "t1", "t1", "t1"], First.Tokens("Range"));
    }

    [Theory]
    [InlineData(StatusCode.Unauthenticated, EtcdErrors.InvalidAuthToken)]
    [InlineData(StatusCode.InvalidArgument, EtcdErrors.OldAuthRevision)]
    [InlineData(StatusCode.InvalidArgument, EtcdErrors.NoUser)]
    public async Task TokenThatIsRefused_IsReplaced_AndEvenAWriteIsSentAgain(StatusCode code, string text)
    {
        First.On<PutRequest>("Put", _ => _issued == 1 ? new RpcException(new Status(code, text)) : new PutResponse());
        await _cluster.Client.Kv.PutAsync("k", "v");
        Assert.Equal(["t1", "t2"], First.Tokens("Put"));
    }

    [Fact]
    public async Task TokenThatIsRefusedAgain_IsTheCallersFailure()
    {
        First.On<PutRequest>("Put", _ => new RpcException(new Status(StatusCode.Unauthenticated, EtcdErrors.InvalidAuthToken)));
        Assert.True((await Assert.ThrowsAsync<RpcException>(() => _cluster.Client.Kv.PutAsync("k", "v"))).Is(EtcdErrors.InvalidAuthToken));
        Assert.Equal(["t1", "t2"], First.Tokens("Put"));
    }

    [Fact]
    public async Task ServerThatChecksNoUsers_IsAskedOnce_UntilItDoes()
    {
        var isEnabled = false;
        First.On<AuthenticateRequest>("Authenticate", _ => isEnabled ? new AuthenticateResponse { Token = "t" } : new RpcException(new Status(StatusCode.FailedPrecondition, EtcdErrors.AuthNotEnabled)));
        await _cluster.Client.Kv.RangeAsync(new RangeRequest());
        await _cluster.Client.Kv.RangeAsync(new RangeRequest());
        isEnabled = true;
        First.On<RangeRequest>("Range", _ => First.Tokens("Range")[^1] is null ? new RpcException(new Status(StatusCode.InvalidArgument, EtcdErrors.NoUser)) : new RangeResponse());
        await _cluster.Client.Kv.RangeAsync(new RangeRequest());
        Assert.Equal([null, null, null, "t"], First.Tokens("Range"));
        Assert.Equal(2, First.Requests<AuthenticateRequest>("Authenticate").Length);
    }

    [Fact]
    public async Task WrongPassword_IsAnAnswer_AndNothingElseIsSent()
    {
        _cluster.OnAll<AuthenticateRequest>("Authenticate", _ => new RpcException(new Status(StatusCode.InvalidArgument, EtcdErrors.AuthenticationFailed)));
        Assert.True((await Assert.ThrowsAsync<RpcException>(() => _cluster.Client.Kv.RangeAsync(new RangeRequest()))).Is(EtcdErrors.AuthenticationFailed));
        Assert.Single(First.Requests<AuthenticateRequest>("Authenticate"));
        Assert.Empty(First.Requests<RangeRequest>("Range"));
    }

    [Fact]
    public async Task MemberThatIsDown_TheNextOneIssuesTheToken()
    {
        First.On<AuthenticateRequest>("Authenticate", _ => FakeEndpoint.Unreachable());
        await _cluster.Client.Kv.RangeAsync(new RangeRequest());
        Assert.Equal(["t1"], _cluster.Members[1].Tokens("Range"));
    }

    [Fact]
    public async Task KeepAlive_RefusedToken_IsForgotten_SoThatTheNextOneHasAnother()
    {
        First.On<LeaseKeepAliveRequest>("LeaseKeepAlive", _ => _issued == 1 ? new RpcException(new Status(StatusCode.Unauthenticated, EtcdErrors.InvalidAuthToken)) : new LeaseKeepAliveResponse { TTL = 5 });
        await Assert.ThrowsAsync<RpcException>(() => _cluster.Client.Lease.KeepAliveOnceAsync(5));
        Assert.Equal(5, (await _cluster.Client.Lease.KeepAliveOnceAsync(5)).TTL);
        Assert.Equal(["t1", "t2"], First.Tokens("LeaseKeepAlive"));
    }
}
