using System.Net.Http.Json;
using MetaStore.Protocol.Etcd;
using MetaStore.Robustness.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>Members of one cluster with different engines: they have the same state, and each can install a snapshot from a leader with the other engine.</summary>
public sealed class MixedEnginesTests(ITestOutputHelper output)
{
    private const int Writers = 16;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [SkippableTheory(DisplayName = "a cluster of both engines: snapshots go from either to either, nothing acknowledged is lost")]
    [InlineData("memory", "rocksdb", "memory")]
    [RowOnRequest("rocksdb", "rocksdb", "memory")]
    public async Task Snapshots_BetweenEngines_LoseNothing(params string[] engines)
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, SnapshotFlags.Often);
        for (var i = 0; i < engines.Length; i++)
        {
            Launch(i);
        }

        await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
        await using var load = new WriteLoad(cluster, Writers, "mixed");
        foreach (var (leads, follows) in new[] { (0, 1), (1, 2), (0, 2) })
        {
            await load.ProgressAsync(200, Limit);
            await LeadAsync(cluster, leads);
            await cluster.Nodes[follows].Process!.KillAsync();
            await load.ProgressAsync(2500, Limit);
            Launch(follows);
            await cluster.WaitUntilHealthyAsync(cluster.Nodes[follows]);
            var installed = SnapshotFlags.InstalledBy(cluster.Nodes[follows]);
            var asFiles = SnapshotFlags.FilesInstalledBy(cluster.Nodes[follows]);
            output.WriteLine($"leader on {engines[leads]}, follower on {engines[follows]}: {installed} snapshots installed, {asFiles} as files");
            Assert.True(installed > 0, "the follower was sent no snapshot, which the test is meant to cover");

            // The leader may have changed meanwhile to a member with the other engine.
            var sameEngine = engines.Count(engine => engine == "rocksdb") > 1 && engines[follows] == "rocksdb";
            Assert.True(sameEngine || asFiles == 0, "a member was sent files of an engine that not both of them have");
        }

        await load.StopAsync();
        foreach (var (node, check) in await WriteCheck.OfEveryMemberAsync(cluster, "mixed", load.Records))
        {
            output.WriteLine($"{node.Name}: {check.Acknowledged} acknowledged, {check.Unknown} unknown, {check.Violations.Count} violations");
            Assert.Empty(check.Violations);
        }

        Assert.True(await ClusterProbe.AgreeAsync(cluster, Limit), "the members' hashes differ");

        void Launch(int member) => cluster.Launch(cluster.Nodes[member], EngineFlags.Of(engines[member]));
    }

    /// <summary>Transfers leadership to a member, through the JSON gateway of the current leader.</summary>
    private static async Task LeadAsync(ProcessCluster cluster, int member)
    {
        using var http = new HttpClient();
        using var wanted = ClusterProbe.ClientOf(cluster.Nodes[member]);
        var id = (await wanted.Maintenance.StatusAsync(new StatusRequest())).Header.MemberId;
        await Eventually.TrueAsync(
            async () =>
            {
                var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
                if (leader == cluster.Nodes[member])
                {
                    return true;
                }

                // The request may be rejected, for instance during an election, and is then repeated.
                using var answer = await http.PostAsJsonAsync(new Uri(leader.ClientUrl, "/v3/maintenance/transfer-leadership"), new { targetID = id.ToString() });
                return false;
            },
            Limit,
            () => $"{cluster.Nodes[member].Name} does not lead");
    }
}
