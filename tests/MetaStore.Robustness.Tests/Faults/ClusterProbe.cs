using MetaStore.Protocol.Etcd;
using MetaStore.Client;
using Grpc.Core;
using MetaStore.Robustness.Cluster;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>Requests to single members of a cluster of processes.</summary>
internal static class ClusterProbe
{
    /// <summary>A client of one member only.</summary>
    public static MetaStoreClient ClientOf(ClusterNode node, TimeSpan? timeout = null) =>
        new(MemberOptions.Of(node.Security, node.ClientUrl) with { CommandTimeout = timeout ?? TimeSpan.FromSeconds(30) });

    /// <summary>The leader, once all running members agree on it.</summary>
    public static async Task<ClusterNode> LeaderAsync(ProcessCluster cluster, TimeSpan limit)
    {
        ClusterNode? leader = null;
        await Eventually.TrueAsync(async () => (leader = await TryLeaderAsync(cluster)) is not null, limit, () => "no leader that all running members agree on");
        return leader!;
    }

    /// <summary>Waits until all members have the same revision; returns whether their hashes are equal.</summary>
    public static async Task<bool> AgreeAsync(ProcessCluster cluster, TimeSpan limit)
    {
        var agree = false;
        await Eventually.TrueAsync(
            async () =>
            {
                var hashes = await Task.WhenAll(cluster.Nodes.Select(async node =>
                {
                    using var client = ClientOf(node);
                    var hash = await client.Maintenance.HashKVAsync(new HashKVRequest());
                    return (hash.Header.Revision, hash.Hash);
                }));
                agree = hashes.Distinct().Count() == 1;
                return agree || hashes.Select(hash => hash.Revision).Distinct().Count() == 1;
            },
            limit,
            () => "members do not reach the same revision");
        return agree;
    }

    /// <summary>Each member's status and last output lines, for the message of a failed test.</summary>
    public static async Task<string> DescribeAsync(ProcessCluster cluster)
    {
        var members = await Task.WhenAll(cluster.Nodes.Select(async node =>
        {
            var status = node.Process is { IsRunning: true } ? (await TryStatusAsync(node))?.ToString() ?? "no answer" : "not running";
            var lines = node.Process?.Output.Split('\n').TakeLast(8) ?? [];
            return $"{node.Name}: {status}\n  {string.Join("\n  ", lines)}";
        }));
        return string.Join('\n', members);
    }

    private static async Task<ClusterNode?> TryLeaderAsync(ProcessCluster cluster)
    {
        var running = cluster.Nodes.Where(node => node.Process is { IsRunning: true }).ToArray();
        var statuses = await Task.WhenAll(running.Select(TryStatusAsync));
        var leaders = statuses.Select(status => status?.Leader ?? 0).Distinct().ToArray();
        var index = leaders is [not 0] ? Array.FindIndex(statuses, status => status!.Header.MemberId == leaders[0]) : -1;
        return index < 0 ? null : running[index];
    }

    private static async Task<StatusResponse?> TryStatusAsync(ClusterNode node)
    {
        try
        {
            using var client = ClientOf(node, TimeSpan.FromMilliseconds(500));
            return await client.Maintenance.StatusAsync(new StatusRequest());
        }
        catch (RpcException)
        {
            return null; // not started yet
        }
    }
}
