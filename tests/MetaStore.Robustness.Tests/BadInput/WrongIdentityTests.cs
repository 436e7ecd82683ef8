using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.BadInput;

/// <summary>Files and peers that belong to another member or cluster.</summary>
public sealed class WrongIdentityTests
{
    private const int ExitForeignData = 67;

    [SkippableTheory]
    [InlineData("memory")]
    [RowOnRequest("rocksdb")]
    public async Task DataDirectoryOfAnotherNode_IsRefused_AndLeftAlone(string engine)
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine));
        await cluster.StartAsync();
        await Task.WhenAll(cluster.Nodes.Select(node => node.Process!.KillAsync()));
        var (first, second) = (cluster.Nodes[0], cluster.Nodes[1]);
        Directory.Move(second.DataDirectory, second.DataDirectory + ".own");
        Directory.Move(first.DataDirectory, second.DataDirectory);

        cluster.Launch(second);
        Assert.Equal(ExitForeignData, await second.Process!.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(second.DataDirectory, second.Process.Output, StringComparison.Ordinal);

        Directory.Move(second.DataDirectory, first.DataDirectory);
        Directory.Move(second.DataDirectory + ".own", second.DataDirectory);
        foreach (var node in cluster.Nodes)
        {
            cluster.Launch(node);
        }

        await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
    }

    [SkippableTheory]
    [RowOnRequest("memory")]
    [InlineData("rocksdb")]
    public async Task PeerOfAnotherCluster_IsRefused_WithBothIds(string engine)
    {
        await using var cluster = ProcessCluster.OfMetaStore(1, EngineFlags.Of(engine));
        await cluster.StartAsync();
        var victim = cluster.Nodes[0];
        var ports = FreePorts.Take(2);
        var data = Directory.CreateTempSubdirectory("metastore-foreign-").FullName;
        try
        {
            // A cluster of two members that lists the victim as one of them.
            await using var foreign = ServerProcess.Start(Programs.MetaStore,
            [
                "--name", "foreign", "--data-dir", data,
                "--listen-client-urls", $"http://127.0.0.1:{ports[0]}", "--advertise-client-urls", $"http://127.0.0.1:{ports[0]}",
                "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{ports[1]}",
                "--initial-cluster", $"foreign=http://127.0.0.1:{ports[1]},n1={victim.PeerUrl}", "--initial-cluster-token", "another",
            ]);

            await Eventually.TrueAsync(
                () => Refusals(victim.Process!).Length > 0,
                TimeSpan.FromSeconds(30),
                () => $"the victim does not log that it rejected the foreign peer:\n{victim.Process!.Output}\nforeign:\n{foreign.Output}");

            // The foreign peer connects several times a second and is logged once, with its address and both IDs.
            await Eventually.TrueAsync(() => foreign.Output.Contains("Append lane", StringComparison.Ordinal)
                && foreign.Output.Contains("Control lane", StringComparison.Ordinal), TimeSpan.FromSeconds(30), () => foreign.Output);
            Assert.Matches("127\\.0\\.0\\.1:[0-9]+: member [0-9a-f]+ belongs to cluster [0-9a-f]+, this node to [0-9a-f]+", Assert.Single(Refusals(victim.Process!)));
            Assert.True(await cluster.IsHealthyAsync(victim));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static string[] Refusals(ServerProcess victim) =>
        [.. victim.Output.Split('\n').Where(line => line.Contains("Closed the peer connection", StringComparison.Ordinal))];

    [SkippableTheory]
    [RowOnRequest("memory")]
    [InlineData("rocksdb")]
    public async Task DataDirectoryInUse_IsRefused(string engine)
    {
        await using var single = await SingleNode.WithDataAsync(engine);
        var ports = FreePorts.Take(2);
        await using var second = ServerProcess.Start(Programs.MetaStore,
        [
            "--name", "n1", "--data-dir", single.Node.DataDirectory,
            "--listen-client-urls", $"http://127.0.0.1:{ports[0]}", "--advertise-client-urls", $"http://127.0.0.1:{ports[0]}",
            "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{ports[1]}",
            "--initial-cluster", $"n1=http://127.0.0.1:{ports[1]}",
        ]);
        Assert.Equal(73, await second.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(single.Node.DataDirectory, second.Output, StringComparison.Ordinal);
        Assert.True(await single.Cluster.IsHealthyAsync(single.Node));
    }
}
