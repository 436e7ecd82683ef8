using System.Diagnostics;
using MetaStore.Protocol.Etcd;
using MetaStore.Client.Transactions;
using Grpc.Core;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Client.Tests.Processes;

/// <summary>Three real members: locks and leases stay held when the leader is killed.</summary>
[Collection(nameof(OneAtATime))]
public sealed class LeaderKilledTests : IAsyncLifetime
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ProcessCluster _cluster = ProcessCluster.OfMetaStore(3);

    public Task InitializeAsync() => _cluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task LeaseAndLock_AreHeldThroughIt_LongerThanTheirTimeToLive()
    {
        var leader = await LeaderAsync();
        // The leader first, so that the client itself has to fail over, too.
        using var client = new MetaStoreClient(new MetaStoreClientOptions
        {
            Endpoints = [leader.ClientUrl, .. _cluster.Nodes.Where(node => node != leader).Select(node => node.ClientUrl)],
        });
        await using var lease = await client.Lease.HoldAsync(Ttl);
        await client.Kv.PutAsync(new PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("leased"), Lease = lease.Id });
        await using var held = await client.Lock.AcquireAsync("through", Ttl);
        var clock = Stopwatch.StartNew();

        await leader.Process!.KillAsync();

        await Eventually.TrueAsync(() => clock.Elapsed > Ttl + TimeSpan.FromSeconds(4) || lease.Lost.IsCancellationRequested || held.Lost.IsCancellationRequested, Limit, () => "time stands still");
        Assert.False(lease.Lost.IsCancellationRequested, $"the lease is lost: {lease.LastFailure}");
        Assert.False(held.Lost.IsCancellationRequested, $"the lock is lost: {held.LastFailure}");
        Assert.True(lease.Remaining > TimeSpan.Zero, "the lease was not renewed");
        Assert.NotNull(await client.Kv.GetAsync("leased"));
        Assert.True((await client.Txn().When(held.IsHeld).Then(Operation.Put("guarded", "1")).CommitAsync()).Succeeded);
    }

    private async Task<ClusterNode> LeaderAsync()
    {
        ClusterNode? leader = null;
        await Eventually.TrueAsync(async () => (leader = await TryLeaderAsync()) is not null, Limit, () => "no leader");
        return leader!;
    }

    private async Task<ClusterNode?> TryLeaderAsync()
    {
        foreach (var node in _cluster.Nodes)
        {
            using var client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = [node.ClientUrl] });
            try
            {
                var status = await client.Maintenance.StatusAsync(new StatusRequest());
                if (status.Leader == status.Header.MemberId)
                {
                    return node;
                }
            }
            catch (RpcException)
            {
                return null; // no response yet
            }
        }

        return null;
    }
}
