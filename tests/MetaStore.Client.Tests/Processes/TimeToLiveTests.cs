using Grpc.Core;
using MetaStore.Client.Kv;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Client.Tests.Processes;

/// <summary>Keys with a time to live on real servers: MetaStore's, and etcd where it is installed.</summary>
[Collection(nameof(OneAtATime))]
public sealed class TimeToLiveTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public Task OnMetaStore() => RunAsync(ProcessCluster.OfMetaStore(1));

    [SkippableFact]
    public Task OnEtcd()
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        return RunAsync(ProcessCluster.OfEtcd(1));
    }

    private static async Task RunAsync(ProcessCluster cluster)
    {
        await using (cluster)
        {
            await cluster.StartAsync();
            using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(cluster.Nodes[0].Endpoint) with { CommandTimeout = Limit });

            // A key that goes by itself, with the shortest time that both servers have.
            var put = await client.Kv.PutAsync("short", "1", TimeSpan.FromSeconds(2));
            Assert.True(put.Header.Revision > 1);

            var first = await LeaseOfAsync(client, "ttl", TimeSpan.FromMinutes(9));
            Assert.True(TimedPut.IsOfOneKey(first));
            var second = await LeaseOfAsync(client, "ttl", Long);
            Assert.NotEqual(first, second);
            Assert.Equal(-1, (await client.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = first })).TTL);
            Assert.InRange((await client.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = second })).TTL, 500, 600);

            // The previous value is that of the put.
            var replaced = await client.Kv.PutAsync(new PutRequest { Key = ((Bytes)"ttl").Content, Value = ((Bytes)"last").Content, PrevKv = true }, Timeout.InfiniteTimeSpan);
            Assert.Equal(("v", second), (replaced.PrevKv.Value.ToStringUtf8(), replaced.PrevKv.Lease));
            Assert.Equal(0, (await client.Kv.GetAsync("ttl"))!.Lease);
            Assert.Equal(-1, (await client.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = second })).TTL);

            // A lease of several keys is no lease of one key.
            await client.Lease.GrantAsync(new LeaseGrantRequest { ID = 0x77, TTL = 600 });
            await client.Kv.PutAsync(new PutRequest { Key = ((Bytes)"shared").Content, Lease = 0x77 });
            await LeaseOfAsync(client, "shared", Long);
            Assert.InRange((await client.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 0x77 })).TTL, 1, 600);

            // What cannot be put leaves nothing.
            var before = (await client.Lease.ListAsync()).Leases.Count;
            await Assert.ThrowsAsync<RpcException>(() => client.Kv.PutAsync("", "v", Long));
            await Assert.ThrowsAsync<RpcException>(() => client.Kv.PutAsync(new PutRequest { Key = ((Bytes)"missing").Content, IgnoreValue = true }, Long));
            Assert.Equal(before, (await client.Lease.ListAsync()).Leases.Count);

            await Eventually.TrueAsync(async () => await client.Kv.GetAsync("short") is null, Limit, () => "the key is still there");
        }
    }

    private static async Task<long> LeaseOfAsync(MetaStoreClient client, string key, TimeSpan timeToLive)
    {
        await client.Kv.PutAsync(key, "v", timeToLive);
        return (await client.Kv.GetAsync(key))!.Lease;
    }
}
