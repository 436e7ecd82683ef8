using Grpc.Core;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Client.Tests.Processes;

/// <summary>Users and tokens on three real members: kills, forwarded calls, and what members ask each other.</summary>
public sealed class UserTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ProcessCluster _cluster = ProcessCluster.OfMetaStore(3, "--bcrypt-cost=4", "--corrupt-check-time=1s", "--heartbeat-interval=50", "--election-timeout=500");

    public async Task InitializeAsync()
    {
        await _cluster.StartAsync();
        using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(_cluster.Endpoints));
        await client.Auth.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = "root" });
        await client.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" });
        await client.Auth.UserAddAsync(new AuthUserAddRequest { Name = "app", Password = "app" });
        await client.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = "app" });
        await client.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "app", Role = "app" });
        var all = KeyRange.Prefix("app/");
        var permission = new Permission { PermType = Permission.Types.Type.Readwrite, Key = all.Key, RangeEnd = all.RangeEnd };
        await client.Auth.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest { Name = "app", Perm = permission });
        await client.Auth.AuthEnableAsync(new AuthEnableRequest());
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Token_IsAcceptedByEveryMember_WhileEachIsKilledInTurn()
    {
        var token = await TokenAsync("app");
        foreach (var victim in _cluster.Nodes)
        {
            await victim.Process!.KillAsync();
            foreach (var node in _cluster.Nodes.Where(node => node != victim))
            {
                await PutAsync(node, token);
            }

            _cluster.Launch(victim);
            await _cluster.WaitUntilHealthyAsync(victim);
            await PutAsync(victim, token);
        }
    }

    [Fact]
    public async Task Client_WithAUser_RenewsItsToken_ForCallsLeasesAndWatches()
    {
        using var root = new MetaStoreClient(As("root", "root"));
        using var app = new MetaStoreClient(As("app", "app"));
        await app.Kv.PutAsync("app/a", "1");
        await using var lease = await app.Lease.HoldAsync(TimeSpan.FromSeconds(5));
        await app.Kv.PutAsync(new PutRequest { Key = Key("app/leased"), Lease = lease.Id });
        await root.Auth.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "app", Password = "app" });

        // The token of before is refused everywhere; each kind of call gets another one by itself.
        await app.Kv.PutAsync("app/a", "2");
        await root.Auth.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "app", Password = "app" });
        await app.Lease.KeepAliveOnceAsync(lease.Id).ContinueWith(first => first.IsFaulted ? app.Lease.KeepAliveOnceAsync(lease.Id) : first).Unwrap();
        await root.Auth.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "app", Password = "app" });
        using var patience = new CancellationTokenSource(Limit);
        await foreach (var change in app.Watch.ChangesAsync(KeyRange.Single("app/a"), fromRevision: 1, cancellation: patience.Token))
        {
            Assert.Equal("1", change.Kv.Value.ToStringUtf8());
            break;
        }

        var refused = await Assert.ThrowsAsync<RpcException>(() => app.Kv.PutAsync("other", "1"));
        Assert.True(refused.Is(EtcdErrors.PermissionDenied));
        using var wrong = new MetaStoreClient(As("app", "wrong"));
        Assert.True((await Assert.ThrowsAsync<RpcException>(() => wrong.Kv.GetAsync("app/a"))).Is(EtcdErrors.AuthenticationFailed));
    }

    [Fact]
    public async Task CallsThatOnlyTheLeaderAnswers_CarryTheIdentity_FromEveryMember()
    {
        using var app = new MetaStoreClient(As("app", "app"));
        var lease = await app.Lease.GrantAsync(new LeaseGrantRequest { TTL = 60 });
        await app.Kv.PutAsync(new PutRequest { Key = Key("app/x"), Lease = lease.ID });
        foreach (var node in _cluster.Nodes)
        {
            using var single = app.At(node.ClientUrl);
            Assert.Equal(60, (await single.Lease.KeepAliveOnceAsync(lease.ID)).TTL);
            Assert.Single((await single.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = lease.ID, Keys = true })).Keys);
            var refused = await Assert.ThrowsAsync<RpcException>(() => single.Cluster.MemberRemoveAsync(new MemberRemoveRequest { ID = 5 }));
            Assert.True(refused.Is(EtcdErrors.PermissionDenied), refused.Status.Detail);
            using var root = new MetaStoreClient(As("root", "root") with { Endpoints = [node.ClientUrl] });
            var unknown = await Assert.ThrowsAsync<RpcException>(() => root.Cluster.MemberRemoveAsync(new MemberRemoveRequest { ID = 5 }));
            Assert.Equal("etcdserver: member not found", unknown.Status.Detail);
        }
    }

    [Fact]
    public async Task Members_CompareTheirStates_WhileAuthIsOn()
    {
        var before = _cluster.Nodes.Sum(Comparisons);
        await Eventually.TrueAsync(
            () => Task.FromResult(_cluster.Nodes.Sum(Comparisons) >= before + 2), Limit, () => string.Join('\n', _cluster.Nodes.Select(node => node.Process!.Output)));
        using var root = new MetaStoreClient(As("root", "root"));
        Assert.Empty((await root.Maintenance.AlarmAsync(new AlarmRequest())).Alarms);

        static int Comparisons(ClusterNode node) => node.Process!.Output.Split("3 members have the same state").Length - 1;
    }

    private static Google.Protobuf.ByteString Key(string text) => Google.Protobuf.ByteString.CopyFromUtf8(text);

    private MetaStoreClientOptions As(string user, string password) => MetaStoreClientOptions.Parse(_cluster.Endpoints) with { User = user, Password = password };

    private async Task<string> TokenAsync(string user)
    {
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(_cluster.Nodes[0].ClientUrl);
        return (await new Auth.AuthClient(channel).AuthenticateAsync(new AuthenticateRequest { Name = user, Password = user })).Token;
    }

    /// <summary>With this token and no other; a member without a leader is asked again.</summary>
    private static async Task PutAsync(ClusterNode node, string token)
    {
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(node.ClientUrl);
        var kv = new KV.KVClient(channel);
        RpcException? last = null;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await kv.PutAsync(new PutRequest { Key = Key("app/token") }, new Metadata { { "token", token } });
                    return true;
                }
                catch (RpcException failed) when (failed.StatusCode is StatusCode.Unavailable)
                {
                    last = failed;
                    return false;
                }
            },
            Limit, () => last?.Status.Detail ?? "");
    }
}
