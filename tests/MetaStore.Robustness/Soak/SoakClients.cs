using Grpc.Core;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Robustness.Soak;

/// <summary>The load beside the checked writers: leases that end in every way, watches that come and go, and clients that log in and leave.</summary>
internal sealed class SoakClients(SoakCluster cluster, Tally tally, Random random)
{
    private const int LeaseSeconds = 2;

    /// <summary>Grants leases with a key each; a third is revoked, a third renewed once, and all others and those run out.</summary>
    public async Task LeaseAsync(MetaStoreClient client, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await tally.CountAsync("leases", async () =>
            {
                long lease = (await client.Lease.GrantAsync(new LeaseGrantRequest { TTL = LeaseSeconds }, CancellationToken.None)).ID;
                await client.Kv.PutAsync(new PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8($"{SoakCluster.Prefix}lease/{lease:x}"), Lease = lease }, CancellationToken.None);
                switch (random.Next(3))
                {
                    case 0:
                        await client.Lease.RevokeAsync(new LeaseRevokeRequest { ID = lease }, CancellationToken.None);
                        break;
                    case 1:
                        await client.Lease.KeepAliveOnceAsync(lease, CancellationToken.None);
                        break;
                    default:
                        break; // runs out
                }
            });
            await PauseAsync(100, end);
        }
    }

    /// <summary>Opens watches on the writers' keys for up to three seconds each; versions of a key must rise by one.</summary>
    public async Task WatchAsync(MetaStoreClient client, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(end);
            enough.CancelAfter(random.Next(200, 3000));
            await tally.CountAsync("watches", async () =>
            {
                try
                {
                    await ReadAsync(client, enough.Token);
                }
                catch (OperationCanceledException) when (enough.IsCancellationRequested)
                {
                    // Its time is over.
                }
                catch (RpcException ended) when (enough.IsCancellationRequested && ended.StatusCode == StatusCode.Cancelled)
                {
                    // The same.
                }
            });
        }
    }

    /// <summary>A client with connections and a token of its own makes one call and leaves.</summary>
    public async Task LogInAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await tally.CountAsync("logins", async () =>
            {
                using MetaStoreClient client = cluster.ClientOf(SoakCluster.User, cluster.Founders[random.Next(3)]);
                await client.Kv.GetAsync($"{SoakCluster.Prefix}w0/000", CancellationToken.None);
            });
            await PauseAsync(1000, end);
        }
    }

    private async Task ReadAsync(MetaStoreClient client, CancellationToken end)
    {
        var versions = new Dictionary<string, long>();
        await foreach (Protocol.Mvcc.Event change in client.Watch.ChangesAsync(KeyRange.Prefix($"{SoakCluster.Prefix}w"), cancellation: end))
        {
            string key = change.Kv.Key.ToStringUtf8();
            if (versions.TryGetValue(key, out long before) && change.Kv.Version != before + 1)
            {
                tally.Violate($"watch: {key} went from version {before} to {change.Kv.Version}");
            }

            versions[key] = change.Kv.Version;
        }
    }

    private static async Task PauseAsync(int milliseconds, CancellationToken end) =>
        await Task.Delay(milliseconds, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
