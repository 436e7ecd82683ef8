using MetaStore.Protocol.Etcd;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Peers;

/// <summary>One address that claims "removed" stops no member; all other members together do.</summary>
public sealed class RemovalClaimTests
{
    private const int ExitRemoved = 76;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task OneAddressSaysRemoved_HealthyMembersGoOn_AndOneThatWasRemovedEnds()
    {
        await using var cluster = ProcessCluster.OfMetaStore(3);
        await cluster.StartAsync();
        var hostile = await HostilePeer.OfAsync(cluster);
        var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
        var lost = cluster.Nodes.First(node => node != leader);
        ClusterNode[] others = [.. cluster.Nodes.Where(node => node != lost)];
        await lost.Process!.KillAsync();

        await using (var listener = new RemovedListener(lost.PeerPort, hostile.Cluster, hostile.IdOf(lost)))
        {
            await Eventually.TrueAsync(
                () => listener.Answered > 10 && others.All(node => !node.Process!.IsRunning || node.Process.Output.Contains("says that this member was removed", StringComparison.Ordinal)),
                Limit,
                () => string.Join('\n', others.Select(node => node.Process!.Output)));
            Assert.All(others, node => Assert.True(node.Process!.IsRunning, node.Process.Output));
            Assert.True(await cluster.IsHealthyAsync(others[0]) && await cluster.IsHealthyAsync(others[1]));
        }

        // Removed while it is down: its own log does not contain the removal, but both other members report it.
        using (var client = ClusterProbe.ClientOf(others[0]))
        {
            await client.Cluster.MemberRemoveAsync(new MemberRemoveRequest { ID = hostile.IdOf(lost) });
        }

        cluster.Launch(lost);
        Assert.Equal(ExitRemoved, await lost.Process!.WaitForExitAsync(Limit));
    }
}
