using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Locks;
using MetaStore.Server.Auth;
using MetaStore.Server.Tests.Listening.Tls;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Auth;

/// <summary>Users by the common name of a client certificate: which user it names, and what counts before it.</summary>
public sealed class CommonNameTests : IAsyncLifetime
{
    private const string Denied = "etcdserver: permission denied";
    private const string NoUser = "etcdserver: user name is empty";

    private static readonly ByteString Own = ByteString.CopyFromUtf8("a/1");
    private static readonly ByteString Foreign = ByteString.CopyFromUtf8("b/1");

    private readonly List<GrpcChannel> _channels = [];
    private TlsNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await TlsNode.StartAsync((files, _) => [$"--trusted-ca-file={files["ca.crt"]}", "--client-cert-auth", "--bcrypt-cost=4"]);
        var users = new Protocol.Etcd.Auth.AuthClient(As("CN=anyone"));
        await users.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = "root" });
        await users.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" });
        await users.UserAddAsync(new AuthUserAddRequest { Name = "alice", Options = new UserAddOptions { NoPassword = true } });
        await users.RoleAddAsync(new AuthRoleAddRequest { Name = "a" });
        await users.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "alice", Role = "a" });
        var permission = new Permission { PermType = Permission.Types.Type.Readwrite, Key = ByteString.CopyFromUtf8("a/"), RangeEnd = ByteString.CopyFromUtf8("a0") };
        await users.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest { Name = "a", Perm = permission });
        await users.AuthEnableAsync(new AuthEnableRequest());
    }

    public async Task DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task CommonName_IsTheUser_InEveryKindOfCall()
    {
        CallInvoker alice = As("O=somewhere, CN=alice");
        var kv = new KV.KVClient(alice);
        await kv.PutAsync(new PutRequest { Key = Own });
        await kv.RangeAsync(new RangeRequest { Key = Own });
        await kv.RangeAsync(new RangeRequest { Key = Own, Serializable = true });
        await new Protocol.Etcd.Cluster.ClusterClient(alice).MemberListAsync(new MemberListRequest());
        LeaseGrantResponse lease = await new Protocol.Etcd.Lease.LeaseClient(alice).LeaseGrantAsync(new LeaseGrantRequest { TTL = 60 });
        using (AsyncDuplexStreamingCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> renewals = new Protocol.Etcd.Lease.LeaseClient(alice).LeaseKeepAlive())
        {
            await renewals.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = lease.ID });
            Assert.True(await renewals.ResponseStream.MoveNext(CancellationToken.None));
        }

        await new Protocol.Locks.Lock.LockClient(alice).LockAsync(new LockRequest { Name = Own, Lease = lease.ID });
        using (AsyncDuplexStreamingCall<WatchRequest, WatchResponse> watch = new Protocol.Etcd.Watch.WatchClient(alice).Watch())
        {
            await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Own } });
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
            Assert.False(watch.ResponseStream.Current.Canceled);
        }

        await RefusedAsync(StatusCode.PermissionDenied, Denied, async () => await kv.PutAsync(new PutRequest { Key = Foreign }));
        await RefusedAsync(StatusCode.PermissionDenied, Denied, async () => await kv.RangeAsync(new RangeRequest { Key = Foreign }));
        await RefusedAsync(StatusCode.PermissionDenied, Denied, async () => await new Protocol.Etcd.Maintenance.MaintenanceClient(alice).HashAsync(new HashRequest()));
        await RefusedAsync(StatusCode.Unknown, Denied, async () => await new Protocol.Locks.Lock.LockClient(alice).LockAsync(new LockRequest { Name = Foreign, Lease = lease.ID }));
        Assert.Equal(["a"], (await new Protocol.Etcd.Auth.AuthClient(alice).UserGetAsync(new AuthUserGetRequest { Name = "alice" })).Roles);

        // root's certificate is an administrator's, without a password.
        Assert.Equal(["alice", "root"], (await new Protocol.Etcd.Auth.AuthClient(As("CN=root")).UserListAsync(new AuthUserListRequest())).Users);
    }

    [Fact]
    public async Task Certificate_WithoutACommonName_OrOfNoUser_IsRefused()
    {
        await RefusedAsync(StatusCode.InvalidArgument, NoUser, async () => await new KV.KVClient(As("T=root, O=alice")).PutAsync(new PutRequest { Key = Own }));
        CallInvoker unknown = As("CN=bob");
        await RefusedAsync(StatusCode.PermissionDenied, Denied, async () => await new KV.KVClient(unknown).PutAsync(new PutRequest { Key = Own }));
        await RefusedAsync(StatusCode.PermissionDenied, Denied, async () => await new Protocol.Etcd.Cluster.ClusterClient(unknown).MemberListAsync(new MemberListRequest()));
        await RefusedAsync(StatusCode.FailedPrecondition, "etcdserver: user name not found",
            async () => await new Protocol.Etcd.Auth.AuthClient(unknown).UserListAsync(new AuthUserListRequest()));

        // Names are compared byte by byte.
        await RefusedAsync(StatusCode.PermissionDenied, Denied, async () => await new KV.KVClient(As("CN=Alice")).PutAsync(new PutRequest { Key = Own }));
    }

    [Fact]
    public async Task Token_CountsBeforeTheCertificate_AlsoWhenItIsBad()
    {
        CallInvoker alice = As("CN=alice");
        string token = (await new Protocol.Etcd.Auth.AuthClient(alice).AuthenticateAsync(new AuthenticateRequest { Name = "root", Password = "root" })).Token;
        await new KV.KVClient(alice).PutAsync(new PutRequest { Key = Foreign }, AuthNode.Headers(token));
        await RefusedAsync(StatusCode.Unauthenticated, "etcdserver: invalid auth token",
            async () => await new KV.KVClient(alice).PutAsync(new PutRequest { Key = Own }, AuthNode.Headers("bad.1")));
    }

    /// <summary>What members add to the calls that they pass on means nothing beside a token of a user, and without a token.</summary>
    [Fact]
    public async Task NameOfAnotherUser_InMetadata_MeansNothing()
    {
        string root = CallAuth.EncodeUser("root");
        CallInvoker alice = As("CN=alice");
        await RefusedAsync(StatusCode.PermissionDenied, Denied,
            async () => await new KV.KVClient(alice).PutAsync(new PutRequest { Key = Foreign }, new Metadata { { CallAuth.UserHeader, root } }));
    }

    [Fact]
    public async Task Gateway_RefusesCertificatesThatNameAUser()
    {
        using HttpClient named = _node.Http(_node.Authority.Issue("CN=alice"));
        using HttpResponseMessage refused = await named.PostAsync("/v3/kv/range", new StringContent("""{"key":"YS8x"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("CommonName of client sending a request against gateway will be ignored and not used as expected\n", await refused.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await named.GetAsync("/version")).StatusCode);

        using HttpClient nameless = _node.Http(_node.Authority.Issue("O=alice"));
        using HttpResponseMessage login = await nameless.PostAsync("/v3/auth/authenticate", new StringContent("""{"name":"root","password":"root"}"""));
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        using HttpResponseMessage empty = await nameless.PostAsync("/v3/kv/range", new StringContent("""{"key":"YS8x"}"""));
        Assert.Contains(NoUser, await empty.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeletedUser_LosesItsCertificate_AtOnce()
    {
        var kv = new KV.KVClient(As("CN=alice"));
        await kv.PutAsync(new PutRequest { Key = Own });
        var root = new Protocol.Etcd.Auth.AuthClient(As("CN=root"));
        await root.UserDeleteAsync(new AuthUserDeleteRequest { Name = "alice" });
        await RefusedAsync(StatusCode.PermissionDenied, Denied, async () => await kv.PutAsync(new PutRequest { Key = Own }));
        await root.UserAddAsync(new AuthUserAddRequest { Name = "alice", Options = new UserAddOptions { NoPassword = true } });
        await root.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "alice", Role = "a" });
        await kv.PutAsync(new PutRequest { Key = Own });
    }

    private CallInvoker As(string subject)
    {
        TestCertificate shown = _node.Authority.Issue(subject);
        _channels.Add(_node.Channel(shown));
        return _channels[^1].CreateCallInvoker();
    }

    private static async Task RefusedAsync(StatusCode code, string text, Func<Task> call)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((code, text), (refused.StatusCode, refused.Status.Detail));
    }
}
