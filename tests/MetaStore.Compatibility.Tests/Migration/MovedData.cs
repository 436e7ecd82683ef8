using Google.Protobuf;
using MetaStore.Client;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Compatibility.Tests.Migration;

/// <summary>Some of everything that a cluster can hold, and what must be the same after it was moved.</summary>
internal static class MovedData
{
    internal const string RootPassword = "root-secret";
    internal const string UserPassword = "user-secret";
    internal const long Lease = 77;
    private const int CompactedAt = 40;

    /// <summary>A client of one endpoint, as root.</summary>
    internal static MetaStoreClient AsRoot(Uri url) => Of(url, "root", RootPassword);

    internal static MetaStoreClient Of(Uri url, string? user = null, string? password = null) => new(new MetaStoreClientOptions
    {
        Endpoints = [url], User = user, Password = password, CommandTimeout = TimeSpan.FromSeconds(60), DialTimeout = TimeSpan.FromSeconds(30),
    });

    /// <summary>Keys with history, tombstones and a compaction, a lease with keys, and users; auth is on afterwards.</summary>
    internal static async Task FillAsync(MetaStoreClient client, int changes)
    {
        await client.Lease.GrantAsync(new LeaseGrantRequest { ID = Lease, TTL = 5000 });
        for (var i = 0; i < changes; i++)
        {
            await ChangeAsync(client, i);
        }

        await client.Kv.CompactAsync(new CompactionRequest { Revision = CompactedAt, Physical = true });
        await client.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = "root" });
        await client.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = "reader" });
        var permission = new Permission { PermType = Permission.Types.Type.Read, Key = ByteString.CopyFromUtf8("k"), RangeEnd = ByteString.CopyFromUtf8("l") };
        await client.Auth.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest { Name = "reader", Perm = permission });
        await client.Auth.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = RootPassword });
        await client.Auth.UserAddAsync(new AuthUserAddRequest { Name = "u", Password = UserPassword });
        await client.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" });
        await client.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "u", Role = "reader" });
        await client.Auth.AuthEnableAsync(new AuthEnableRequest());
    }

    /// <summary>One change, by its number: a put, one with a lease, a delete, or a transaction.</summary>
    internal static async Task ChangeAsync(MetaStoreClient client, int number)
    {
        var put = new PutRequest
        {
            Key = ByteString.CopyFromUtf8($"k{number % 23:d2}"), Value = ByteString.CopyFrom(new byte[number * 31 % 6000]), Lease = number % 6 == 0 ? Lease : 0,
        };
        if (number % 7 == 3)
        {
            await client.Kv.DeleteAsync($"k{number % 5:d2}");
        }
        else if (number % 11 == 5)
        {
            var other = new PutRequest { Key = ByteString.CopyFromUtf8($"t{number % 3}"), Value = ByteString.CopyFromUtf8("in one transaction") };
            await client.Kv.TxnAsync(new TxnRequest { Success = { new RequestOp { RequestPut = put }, new RequestOp { RequestPut = other } } });
        }
        else
        {
            await client.Kv.PutAsync(put);
        }
    }

    /// <summary>Hash of the keys at every revision that is not compacted.</summary>
    internal static async Task<IReadOnlyDictionary<long, uint>> HashesAsync(MetaStoreClient client, int step = 1)
    {
        var newest = (await client.Maintenance.HashKVAsync(new HashKVRequest())).Header.Revision;
        var hashes = new Dictionary<long, uint>();
        for (long revision = CompactedAt + 1; revision <= newest; revision += step)
        {
            hashes[revision] = (await client.Maintenance.HashKVAsync(new HashKVRequest { Revision = revision })).Hash;
        }

        return hashes;
    }

    /// <summary>Fails unless users log in with their rights and the lease lives with its keys.</summary>
    internal static async Task CheckUsersAndLeaseAsync(Uri url)
    {
        using var root = AsRoot(url);
        using var user = Of(url, "u", UserPassword);
        using var wrong = Of(url, "u", "another");
        Assert.NotNull(await user.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("k06") }));
        Assert.True((await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => user.Kv.PutAsync("k06", "no"))).Is(EtcdErrors.PermissionDenied));
        Assert.True((await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => wrong.Kv.GetAsync("k06"))).Is(EtcdErrors.AuthenticationFailed));
        var lease = await root.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = Lease, Keys = true });
        Assert.InRange(lease.TTL, 1, 5000);
        Assert.Equal(5000, lease.GrantedTTL);
        Assert.NotEmpty(lease.Keys);
        Assert.Equal(5000, (await root.Lease.KeepAliveOnceAsync(Lease)).TTL);
    }
}
