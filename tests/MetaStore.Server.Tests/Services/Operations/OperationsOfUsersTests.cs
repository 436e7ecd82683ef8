using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Server.Calls;
using MetaStore.Server.Tests.Auth;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Tokens;

namespace MetaStore.Server.Tests.Services.Operations;

/// <summary>Operations of a stream while auth is on: each is judged for itself, by the users of its moment.</summary>
public sealed class OperationsOfUsersTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private AuthNode _node = null!;

    public async Task InitializeAsync() => _node = await AuthNode.StartAsync();

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _limit.Dispose();
    }

    /// <summary>The identity that was found for earlier operations of a stream ends with any change of users.</summary>
    [Fact]
    public async Task Operations_AfterAChangeOfUsers_AreJudgedByIt()
    {
        using AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> stream = Open(_node.Plain);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(StatusCode.OK, (await PutAsync(stream, "p/1")).StatusCode);
            await IsAsTheCallAsync(stream, "o/1", StatusCode.PermissionDenied);
        }

        Metadata root = AuthNode.Headers(_node.Root);
        await _node.Users.UserRevokeRoleAsync(new AuthUserRevokeRoleRequest { Name = "plain", Role = "plain" }, root);
        await IsAsTheCallAsync(stream, "p/1", StatusCode.PermissionDenied);
        await _node.Users.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "plain", Role = "other" }, root);
        Assert.Equal(StatusCode.OK, (await PutAsync(stream, "o/1")).StatusCode);
        await IsAsTheCallAsync(stream, "p/1", StatusCode.PermissionDenied);
        await _node.Users.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "plain", Password = "new" }, root);
        await IsAsTheCallAsync(stream, "o/1", StatusCode.Unauthenticated);
        await _node.Users.AuthDisableAsync(new AuthDisableRequest(), root);
        Assert.Equal(StatusCode.OK, (await PutAsync(stream, "p/1")).StatusCode);
    }

    [Fact]
    public async Task Operations_OfTwoStreams_HaveTheirOwnUsers()
    {
        using AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> plain = Open(_node.Plain);
        using AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> other = Open(await _node.TokenAsync("other"));
        using AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> without = Open(null);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(StatusCode.OK, (await PutAsync(plain, "p/1")).StatusCode);
            Assert.Equal(StatusCode.OK, (await PutAsync(other, "o/1")).StatusCode);
            Assert.Equal(StatusCode.PermissionDenied, (await PutAsync(other, "p/1")).StatusCode);
            Assert.Equal("etcdserver: user name is empty", (await PutAsync(without, "p/1")).Detail);
        }
    }

    [Fact]
    public void KnownIdentity_HoldsForOneStateOnly()
    {
        var known = new KnownIdentity();
        AuthIdentity plain = AuthIdentity.Of("plain", 2);
        TokenDigest token = TokenDigest.Of("secret"u8);
        Assert.False(known.TryGet(AuthState.Initial, out _, out _));
        known.Set(AuthState.Initial, plain, token);
        Assert.True(known.TryGet(AuthState.Initial, out AuthIdentity found, out TokenDigest used));
        Assert.Equal((plain, token), (found, used));
        Assert.False(known.TryGet(new AuthState(), out found, out _));
        Assert.Equal(AuthIdentity.None, found);
    }

    private AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> Open(string? token) =>
        new Protocol.V1.Operations.OperationsClient(_node.Invoker).Run(token is null ? null : AuthNode.Headers(token), cancellationToken: _limit.Token);

    private async Task<Status> PutAsync(AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> stream, string key)
    {
        var put = new KvOperation { Id = 1, Put = new PutRequest { Key = ByteString.CopyFromUtf8(key) } };
        await stream.RequestStream.WriteAsync(new OperationsRequest { Operations = { put } }, _limit.Token);
        Assert.True(await stream.ResponseStream.MoveNext(_limit.Token));
        KvResult result = Assert.Single(stream.ResponseStream.Current.Results);
        return result.Error is { } error ? new Status((StatusCode)error.Code, error.Message) : Status.DefaultSuccess;
    }

    private async Task IsAsTheCallAsync(AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> stream, string key, StatusCode code)
    {
        Status operation = await PutAsync(stream, key);
        RpcException call = await Assert.ThrowsAsync<RpcException>(
            () => _node.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8(key) }, AuthNode.Headers(_node.Plain)).ResponseAsync);
        Assert.Equal((call.StatusCode, call.Status.Detail), (operation.StatusCode, operation.Detail));
        Assert.Equal(code, operation.StatusCode);
    }
}
