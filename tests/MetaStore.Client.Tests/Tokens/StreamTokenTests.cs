using Grpc.Core;
using MetaStore.Client.Tests.Fakes;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Client.Tests.Tokens;

/// <summary>Streams of a client with a user, while the token is requested.</summary>
public sealed class StreamTokenTests : IDisposable
{
    private readonly FakeCluster _cluster = new(2, user: "alice");
    private int _issued;

    public StreamTokenTests()
    {
        _cluster.OnAll<AuthenticateRequest>("Authenticate", _ => new AuthenticateResponse { Token = $"t{++_issued}" });
        _cluster.OnAll<WatchRequest>("Watch", _ => new WatchResponse { Created = true, Header = new ResponseHeader { Revision = 4 } });
    }

    public static TheoryData<RpcException> Failures => new()
    {
        FakeEndpoint.Unreachable(), FakeEndpoint.Unavailable(), new RpcException(new Status(StatusCode.DeadlineExceeded, "")),
    };

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Watch_MemberThatIssuesNoToken_IsLeftForTheNextOne(RpcException failure)
    {
        _cluster.First.On<AuthenticateRequest>("Authenticate", _ => failure);
        Assert.True((await FirstOfWatchAsync()).Created);
        Assert.Empty(_cluster.First.Tokens("Watch"));
        Assert.Equal(["t1"], _cluster.Members[1].Tokens("Watch"));
    }

    [Fact]
    public async Task Watch_WrongPassword_IsTheCallersFailure()
    {
        _cluster.OnAll<AuthenticateRequest>("Authenticate", _ => new RpcException(new Status(StatusCode.InvalidArgument, EtcdErrors.AuthenticationFailed)));
        Assert.True((await Assert.ThrowsAsync<RpcException>(FirstOfWatchAsync)).Is(EtcdErrors.AuthenticationFailed));
    }

    [Fact]
    public async Task Watch_RefusedToken_IsReplaced()
    {
        _cluster.OnAll<WatchRequest>("Watch", _ => _issued == 1
            ? new WatchResponse { Canceled = true, CancelReason = EtcdErrors.InvalidAuthToken, Header = new ResponseHeader() }
            : new WatchResponse { Created = true, Header = new ResponseHeader { Revision = 4 } });
        Assert.True((await FirstOfWatchAsync()).Created);
        Assert.Equal(["t1", "t2"], _cluster.Members.SelectMany(member => member.Tokens("Watch")));
    }

    [Fact]
    public async Task Watch_CancelledWhileItAuthenticates_IsCancelled()
    {
        using var stop = new CancellationTokenSource();
        _cluster.First.On<AuthenticateRequest>("Authenticate", _ =>
        {
            stop.Cancel();
            return new RpcException(new Status(StatusCode.Cancelled, "Call canceled by the client."));
        });
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _cluster.Client.Watch.WatchAsync(new WatchCreateRequest(), stop.Token))
            {
            }
        });
        Assert.Equal(stop.Token, cancelled.CancellationToken);
    }

    [Fact]
    public async Task Snapshot_MemberThatIssuesNoToken_Fails_AndTheNextCallGoesElsewhere()
    {
        _cluster.First.On<AuthenticateRequest>("Authenticate", _ => FakeEndpoint.Unreachable());
        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in _cluster.Client.Maintenance.SnapshotAsync())
            {
            }
        });
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.StartsWith("connection error: cannot connect to fake0:2379", failure.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(1, _cluster.Balancer.Current);
    }

    private async Task<WatchResponse> FirstOfWatchAsync()
    {
        var first = Task.Run(async () =>
        {
            await foreach (var response in _cluster.Client.Watch.WatchAsync(new WatchCreateRequest()))
            {
                return response;
            }

            throw new InvalidOperationException("the watch has ended");
        });
        await _cluster.UntilAsync(() => first.IsCompleted, "nothing comes");
        return await first;
    }
}
