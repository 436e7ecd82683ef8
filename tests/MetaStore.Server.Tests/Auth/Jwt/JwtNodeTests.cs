using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Auth.Jwt;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Auth.Jwt;

/// <summary>A member with <c>--auth-token jwt</c>: which user a token proves, and when it is old.</summary>
public sealed class JwtNodeTests : IAsyncLifetime
{
    private const string Old = "etcdserver: revision of auth store is old";
    private const string Invalid = "etcdserver: invalid auth token";
    private const string Denied = "etcdserver: permission denied";

    private static readonly ByteString P = ByteString.CopyFromUtf8("p/a");

    private readonly CertificateFolder _files = new();
    private readonly (byte[]? Public, byte[] Private) _pair = JwtKeyPairs.Of("ES256");
    private AuthNode _node = null!;

    public async Task InitializeAsync()
    {
        string pair = $"--auth-token=jwt,sign-method=ES256,pub-key={_files.Write("jwt.pub", _pair.Public!)},priv-key={_files.Write("jwt.key", _pair.Private)},ttl=10m";
        _node = await AuthNode.StartAsync(pair);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task Token_IsOld_AfterChangesOfItsOwnUser_AndNoOthers()
    {
        Assert.Equal(3, _node.Plain.Split('.').Length);
        await UseAsync(_node.Plain);
        await _node.Users.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "other", Password = "new" }, AuthNode.Headers(_node.Root));
        await _node.Users.RoleAddAsync(new AuthRoleAddRequest { Name = "more" }, AuthNode.Headers(_node.Root));
        await _node.Users.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "plain", Role = "more" }, AuthNode.Headers(_node.Root));
        await UseAsync(_node.Plain);

        await _node.Users.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "plain", Password = "new" }, AuthNode.Headers(_node.Root));
        await RefusedAsync(StatusCode.InvalidArgument, Old, _node.Plain);
        string fresh = await _node.TokenAsync("plain", "new");
        await UseAsync(fresh);

        await _node.Users.UserDeleteAsync(new AuthUserDeleteRequest { Name = "plain" }, AuthNode.Headers(_node.Root));
        await RefusedAsync(StatusCode.PermissionDenied, Denied, fresh);
        RpcException unknown = await Assert.ThrowsAsync<RpcException>(async () => await _node.Users.UserListAsync(new AuthUserListRequest(), AuthNode.Headers(fresh)));
        Assert.Equal((StatusCode.FailedPrecondition, "etcdserver: user name not found"), (unknown.StatusCode, unknown.Status.Detail));
        await _node.Users.UserAddAsync(new AuthUserAddRequest { Name = "plain", Password = "plain" }, AuthNode.Headers(_node.Root));
        await RefusedAsync(StatusCode.InvalidArgument, Old, fresh);
    }

    [Fact]
    public async Task Token_FromBeforeADisable_IsOld()
    {
        await _node.Users.AuthDisableAsync(new AuthDisableRequest(), AuthNode.Headers(_node.Root));
        await _node.Kv.PutAsync(new PutRequest { Key = P });
        await _node.Users.AuthEnableAsync(new AuthEnableRequest());
        await RefusedAsync(StatusCode.InvalidArgument, Old, _node.Plain);
        await UseAsync(await _node.TokenAsync("plain"));
    }

    [Fact]
    public async Task Token_OfAnotherIssuer_CountsWhenItIsSignedByTheKey()
    {
        JwtKey key = JwtKeyFiles.Read("ES256", null, _pair.Private);
        ulong revision = (await _node.Users.AuthStatusAsync(new AuthStatusRequest())).AuthRevision;
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await UseAsync(JwtText.Write(key, "plain", revision, now + 60));
        await RefusedAsync(StatusCode.InvalidArgument, Old, JwtText.Write(key, "plain", revision + 1, now + 60));
        await RefusedAsync(StatusCode.InvalidArgument, Old, JwtText.Write(key, "plain", 1, now + 60));
        await RefusedAsync(StatusCode.PermissionDenied, Denied, JwtText.Write(key, "unknown", revision, now + 60));
        await RefusedAsync(StatusCode.Unauthenticated, Invalid, JwtText.Write(key, "plain", revision, now));
        await RefusedAsync(StatusCode.Unauthenticated, Invalid, JwtText.Write(JwtKeyPairs.Signing("ES256"), "plain", revision, now + 60));
        await RefusedAsync(StatusCode.Unauthenticated, Invalid, "abcdefgh.1");
        await RefusedAsync(StatusCode.Unauthenticated, Invalid, "a.b.c");
    }

    [Fact]
    public async Task MemberWithThePublicKeyAlone_TakesTokens_AndIssuesNone()
    {
        await _node.Node.StopAsync();
        await using Hosting.SingleNode again = _node.Node.Again("--bcrypt-cost=4", $"--auth-token=jwt,sign-method=ES256,pub-key={_files["jwt.pub"]}");
        await again.StartAsync();
        await using AuthNode verifying = AuthNode.Over(again);
        await verifying.Kv.PutAsync(new PutRequest { Key = P }, AuthNode.Headers(_node.Plain));
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => verifying.TokenAsync("plain"));
        Assert.Equal((StatusCode.Unknown, "auth: token signing attempted with verify-only key"), (refused.StatusCode, refused.Status.Detail));
        RpcException wrong = await Assert.ThrowsAsync<RpcException>(() => verifying.TokenAsync("plain", "wrong"));
        Assert.Equal("etcdserver: authentication failed, invalid user ID or password", wrong.Status.Detail);
    }

    private async Task UseAsync(string token)
    {
        await _node.Kv.PutAsync(new PutRequest { Key = P }, AuthNode.Headers(token));
        await _node.Kv.RangeAsync(new RangeRequest { Key = P }, new Metadata { { "authorization", "Bearer " + token } });
    }

    /// <summary>Refused for a write, for both kinds of reads, and for a call of any user.</summary>
    private async Task RefusedAsync(StatusCode code, string text, string token)
    {
        Metadata headers = AuthNode.Headers(token);
        Func<Task>[] calls =
        [
            async () => await _node.Kv.PutAsync(new PutRequest { Key = P }, headers),
            async () => await _node.Kv.RangeAsync(new RangeRequest { Key = P }, headers),
            async () => await _node.Kv.RangeAsync(new RangeRequest { Key = P, Serializable = true }, headers),
            async () => await new Protocol.Etcd.Cluster.ClusterClient(_node.Invoker).MemberListAsync(new MemberListRequest(), headers),
        ];
        foreach (Func<Task> call in calls)
        {
            RpcException refused = await Assert.ThrowsAsync<RpcException>(call);
            Assert.Equal((code, text), (refused.StatusCode, refused.Status.Detail));
        }
    }
}
