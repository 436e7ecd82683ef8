using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Auth;

/// <summary>etcd v3 Auth over gRPC and over the gateway: texts of refusals, tokens, and when a right is taken.</summary>
public sealed class AuthServiceTests
{
    private static readonly ByteString P = ByteString.CopyFromUtf8("p/a");

    [Fact]
    public async Task Authenticate_EachRefusal_HasEtcdsCodeAndText()
    {
        await using AuthNode node = await AuthNode.StartAsync();
        await node.Users.UserAddAsync(new AuthUserAddRequest { Name = "none", Options = new UserAddOptions { NoPassword = true } }, AuthNode.Headers(node.Root));
        await RefusedAsync(StatusCode.InvalidArgument, "etcdserver: authentication failed, invalid user ID or password", () => node.TokenAsync("plain", "wrong"));
        await RefusedAsync(StatusCode.InvalidArgument, "etcdserver: authentication failed, invalid user ID or password", () => node.TokenAsync("unknown", "x"));
        await RefusedAsync(StatusCode.InvalidArgument, "etcdserver: authentication failed, invalid user ID or password", () => node.TokenAsync("plain", new string('x', 100)));
        await RefusedAsync(StatusCode.Unknown, "auth: authentication failed, password was given for no password user", () => node.TokenAsync("none", "x"));
        await RefusedAsync(StatusCode.Unknown, "bcrypt: password length exceeds 72 bytes", async () =>
            await node.Users.UserAddAsync(new AuthUserAddRequest { Name = "long", Password = new string('x', 73) }, AuthNode.Headers(node.Root)));
        await RefusedAsync(StatusCode.InvalidArgument, "etcdserver: invalid auth management", async () =>
            await node.Users.UserChangePasswordAsync(
                new AuthUserChangePasswordRequest { Name = "plain", HashedPassword = "$2a$31$" + new string('a', 53) }, AuthNode.Headers(node.Root)));
        await RefusedAsync(StatusCode.InvalidArgument, "etcdserver: permission not given", async () =>
            await node.Users.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest { Name = "plain" }, AuthNode.Headers(node.Root)));
        await node.Users.AuthDisableAsync(new AuthDisableRequest(), AuthNode.Headers(node.Root));
        await RefusedAsync(StatusCode.FailedPrecondition, "etcdserver: authentication is not enabled", () => node.TokenAsync("plain"));
        Assert.False((await node.Users.AuthStatusAsync(new AuthStatusRequest(), AuthNode.Headers("whatever"))).Enabled);
    }

    [SkippableTheory]
    [InlineData("memory")]
    [InlineData("rocksdb")]
    public async Task Token_SurvivesARestart_AndIsNotInTheDirectory(string engine)
    {
        string plain;
        AuthNode first = await AuthNode.StartAsync(EngineFlags.Of(engine));
        plain = first.Plain;
        await first.Kv.PutAsync(new PutRequest { Key = P }, AuthNode.Headers(plain));
        await first.Node.StopAsync();
        string secret = plain[..plain.IndexOf('.', StringComparison.Ordinal)];
        Assert.DoesNotContain(Directory.EnumerateFiles(first.Node.DataDir, "*", SearchOption.AllDirectories), file => Holds(file, secret));

        await using SingleNode again = first.Node.Again([.. EngineFlags.Of(engine), "--bcrypt-cost=4"]);
        await again.StartAsync();
        await using AuthNode second = AuthNode.Over(again);
        await second.Kv.PutAsync(new PutRequest { Key = P }, AuthNode.Headers(plain));
        await RefusedAsync(StatusCode.PermissionDenied, "etcdserver: permission denied", async () =>
            await second.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("x") }, AuthNode.Headers(plain)));
    }

    [Fact]
    public async Task Token_EndsWithItsPassword_NotWithChangesOfOthers()
    {
        await using AuthNode node = await AuthNode.StartAsync();
        await node.Users.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "other", Password = "new" }, AuthNode.Headers(node.Root));
        await node.Kv.PutAsync(new PutRequest { Key = P }, AuthNode.Headers(node.Plain));
        await node.Kv.PutAsync(new PutRequest { Key = P }, new Metadata { { "authorization", "Bearer " + node.Plain } });
        await node.Kv.PutAsync(new PutRequest { Key = P }, new Metadata { { "authorization", node.Plain } });
        await node.Users.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "plain", Password = "new" }, AuthNode.Headers(node.Root));
        await RefusedAsync(StatusCode.Unauthenticated, "etcdserver: invalid auth token", async () => await node.Kv.PutAsync(new PutRequest { Key = P }, AuthNode.Headers(node.Plain)));
        await RefusedAsync(StatusCode.Unauthenticated, "etcdserver: invalid auth token", async () => await node.Kv.RangeAsync(new RangeRequest { Key = P }, AuthNode.Headers(node.Plain)));
        string fresh = await node.TokenAsync("plain", "new");
        await node.Kv.RangeAsync(new RangeRequest { Key = P }, AuthNode.Headers(fresh));
        await node.Users.UserDeleteAsync(new AuthUserDeleteRequest { Name = "plain" }, AuthNode.Headers(node.Root));
        await RefusedAsync(StatusCode.Unauthenticated, "etcdserver: invalid auth token", async () => await node.Kv.RangeAsync(new RangeRequest { Key = P }, AuthNode.Headers(fresh)));
    }

    [Fact]
    public async Task Token_OfTheFuture_IsRefusedAtOnce_AndOneThatIsNotUsed_Ends()
    {
        await using AuthNode node = await AuthNode.StartAsync("--auth-token-ttl=1");
        string secret = node.Plain[..node.Plain.IndexOf('.', StringComparison.Ordinal)];
        await RefusedAsync(StatusCode.Unauthenticated, "etcdserver: invalid auth token", async () =>
            await node.Kv.RangeAsync(new RangeRequest { Key = P }, AuthNode.Headers($"{secret}.99999999")));
        await Eventually.TrueAsync(
            () => Task.FromResult(node.Node.Host!.Machine.Reader.Auth.Tokens.Count == 0), TimeSpan.FromSeconds(20), () => "all tokens are dropped");
        await RefusedAsync(StatusCode.Unauthenticated, "etcdserver: invalid auth token", async () => await node.Kv.RangeAsync(new RangeRequest { Key = P }, AuthNode.Headers(node.Plain)));
    }

    [Fact]
    public async Task Watch_WhoseRightIsTaken_GetsAllBeforeIt_ThenTheReason_AndTheStreamGoesOn()
    {
        await using AuthNode node = await AuthNode.StartAsync();
        using var watch = new Protocol.Etcd.Watch.WatchClient(node.Invoker).Watch(AuthNode.Headers(node.Plain));
        await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = P } });
        await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFromUtf8("q") } });
        Assert.True((await NextAsync(watch)).Created);
        WatchResponse refused = await NextAsync(watch);
        Assert.Equal((true, -1L, "rpc error: code = PermissionDenied desc = etcdserver: permission denied"), (refused.Canceled, refused.WatchId, refused.CancelReason));
        await node.Kv.PutAsync(new PutRequest { Key = P, Value = P }, AuthNode.Headers(node.Root));
        await node.Users.UserRevokeRoleAsync(new AuthUserRevokeRoleRequest { Name = "plain", Role = "plain" }, AuthNode.Headers(node.Root));
        await node.Kv.PutAsync(new PutRequest { Key = P }, AuthNode.Headers(node.Root));
        WatchResponse before = await NextAsync(watch);
        Assert.Equal(P, Assert.Single(before.Events).Kv.Value);
        WatchResponse end = await NextAsync(watch);
        Assert.Equal((true, 0L, "rpc error: code = PermissionDenied desc = etcdserver: permission denied"), (end.Canceled, end.WatchId, end.CancelReason));
        Assert.Empty(end.Events);

        // The stream is as it was: a new watcher can be made when the right is back.
        await node.Users.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "plain", Role = "plain" }, AuthNode.Headers(node.Root));
        await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = P } });
        Assert.True(await NextAsync(watch) is { Created: true, Canceled: false });
    }

    [Fact]
    public async Task Watch_WithoutAUser_EndsWhenAuthIsEnabled()
    {
        await using AuthNode node = await AuthNode.StartAsync();
        await node.Users.AuthDisableAsync(new AuthDisableRequest(), AuthNode.Headers(node.Root));
        using var watch = new Protocol.Etcd.Watch.WatchClient(node.Invoker).Watch();
        await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = P } });
        Assert.True((await NextAsync(watch)).Created);
        await node.Users.AuthEnableAsync(new AuthEnableRequest());
        Assert.Equal("rpc error: code = InvalidArgument desc = etcdserver: user name is empty", (await NextAsync(watch)).CancelReason);
    }

    [Fact]
    public async Task Gateway_TakesTheTokenFromItsHeader()
    {
        await using AuthNode node = await AuthNode.StartAsync();
        string token = (await GatewayAsync(node, "auth/authenticate", """{"name":"plain","password":"plain"}""", null)).Body.GetProperty("token").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await GatewayAsync(node, "kv/put", """{"key":"cC9h"}""", token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await GatewayAsync(node, "kv/range", """{"key":"cC9h"}""", "Bearer " + token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await GatewayAsync(node, "kv/put", """{"key":"eA=="}""", token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await GatewayAsync(node, "maintenance/defragment", "{}", token)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GatewayAsync(node, "kv/put", """{"key":"cC9h"}""", "nonsense")).Status);
        (HttpStatusCode status, JsonElement body) = await GatewayAsync(node, "kv/put", """{"key":"cC9h"}""", null);
        Assert.Equal((HttpStatusCode.BadRequest, "etcdserver: user name is empty"), (status, body.GetProperty("message").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, (await node.Node.Http.GetAsync("/dashboard/api/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await node.Node.Http.GetAsync("/health")).StatusCode);
    }

    [Theory]
    [InlineData("value?key=cC9h", true)]
    [InlineData("history?key=cC9h", true)]
    [InlineData("keys?prefix=cC8%3D", true)]
    [InlineData("value?key=eA%3D%3D", false)]
    [InlineData("history?key=eA%3D%3D", false)]
    [InlineData("keys", false)]
    public async Task Dashboard_ShowsAUserItsOwnKeys_AndAStrangerNone(string call, bool isOwn)
    {
        await using AuthNode node = await AuthNode.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, await DashboardAsync(node, call, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await DashboardAsync(node, call, "nonsense.1"));
        Assert.Equal(isOwn ? HttpStatusCode.OK : HttpStatusCode.Forbidden, await DashboardAsync(node, call, node.Plain));
        Assert.Equal(HttpStatusCode.OK, await DashboardAsync(node, call, node.Root));
    }

    [Fact]
    public async Task WorkOfTheMember_GoesOn_WhileAuthIsOn()
    {
        await using AuthNode node = await AuthNode.StartAsync("--auto-compaction-mode=revision", "--auto-compaction-retention=1");
        var lease = new Lease.LeaseClient(node.Invoker);
        await lease.LeaseGrantAsync(new LeaseGrantRequest { ID = 5, TTL = 1 }, AuthNode.Headers(node.Plain));
        await node.Kv.PutAsync(new PutRequest { Key = P, Lease = 5 }, AuthNode.Headers(node.Plain));
        await Eventually.TrueAsync(
            async () => (await node.Kv.RangeAsync(new RangeRequest { Key = P }, AuthNode.Headers(node.Plain))).Count == 0, TimeSpan.FromSeconds(20), () => "the lease expires");
    }

    private static async Task<WatchResponse> NextAsync(AsyncDuplexStreamingCall<WatchRequest, WatchResponse> watch)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.True(await watch.ResponseStream.MoveNext(patience.Token));
        return watch.ResponseStream.Current;
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> GatewayAsync(AuthNode node, string path, string body, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/" + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using HttpResponseMessage response = await node.Node.Http.SendAsync(request);
        using JsonDocument json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, json.RootElement.Clone());
    }

    private static async Task<HttpStatusCode> DashboardAsync(AuthNode node, string call, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dashboard/api/" + call);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using HttpResponseMessage response = await node.Node.Http.SendAsync(request);
        return response.StatusCode;
    }

    private static bool Holds(string file, string text) => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;

    private static async Task RefusedAsync(StatusCode code, string text, Func<Task> call)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((code, text), (refused.StatusCode, refused.Status.Detail));
    }
}
