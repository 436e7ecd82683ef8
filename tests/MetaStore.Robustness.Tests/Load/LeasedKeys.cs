using System.Globalization;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Load;

/// <summary>Many leases with one key each, numbered from 1 and granted by all members in turn.</summary>
internal static class LeasedKeys
{
    public const string Prefix = "leased/";
    private const int InFlight = 32;

    /// <summary>The key of a lease.</summary>
    public static string KeyOf(long lease) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{lease:d6}");

    /// <summary>Grants leases 1 to <paramref name="count"/>, and puts the key of each directly after it.</summary>
    /// <param name="cluster">A cluster whose members all serve.</param>
    /// <param name="count">Number of leases.</param>
    /// <param name="secondsToLive">Called at the time of each grant.</param>
    /// <param name="granted">Called for each lease once its key exists.</param>
    public static async Task GrantAsync(ProcessCluster cluster, int count, Func<long> secondsToLive, Action<long> granted)
    {
        var clients = cluster.Nodes.Select(node => ClusterProbe.ClientOf(node)).ToArray();
        await Parallel.ForAsync(1, count + 1, new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (lease, cancellation) =>
        {
            var client = clients[lease % clients.Length];
            await client.Lease.GrantAsync(new LeaseGrantRequest { ID = lease, TTL = secondsToLive() }, cancellation);
            await client.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8(KeyOf(lease)), Lease = lease }, cancellation);
            granted(lease);
        });
        Array.ForEach(clients, client => client.Dispose());
    }

    /// <summary>A member's keys and leases, read linearizably.</summary>
    public static async Task<(string[] Keys, long[] Leases)> OfAsync(MetaStoreClient member)
    {
        var range = KeyRange.Prefix(Prefix);
        var keys = await member.Kv.RangeAsync(new RangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, KeysOnly = true });
        var leases = await member.Lease.ListAsync();
        return ([.. keys.Kvs.Select(pair => pair.Key.ToStringUtf8())], [.. leases.Leases.Select(lease => lease.ID).Order()]);
    }
}
