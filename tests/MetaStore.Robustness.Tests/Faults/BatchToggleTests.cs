using MetaStore.Robustness.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using MetaStore.Protocol.V1;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>The batching mode changes while writes run. METASTORE_TOGGLE_ROUNDS sets the number of rounds.</summary>
public sealed class BatchToggleTests(ITestOutputHelper output)
{
    private const string Prefix = "toggle";
    private const int WritesBetweenToggles = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly BatchSettings[] Modes =
    [
        new() { Policy = BatchPolicy.Off },
        new() { Policy = BatchPolicy.Dynamic, FlushWhenIdle = true },
        new() { Policy = BatchPolicy.Fixed },
        new() { Policy = BatchPolicy.Dynamic, FlushWhenIdle = false },
        new() { Policy = BatchPolicy.Throughput, FlushWhenIdle = true },
        new() { Policy = BatchPolicy.Target },
        new() { Policy = BatchPolicy.Dynamic, Compression = BatchCompression.Gzip, FlushWhenIdle = true },
        new() { Policy = BatchPolicy.Dynamic, Compression = BatchCompression.None },
    ];

    [SkippableTheory(DisplayName = "batching toggled on, off and between policies under load: nothing lost, doubled or reordered, also after a restart")]
    [RowOnRequest("memory", false)]
    [RowOnRequest("memory", true)]
    [InlineData("rocksdb", true)]
    public async Task Policies_ToggledUnderLoad_LoseNothing(string engine, bool snapshots)
    {
        var toggles = RobustnessRounds.From("METASTORE_TOGGLE_ROUNDS", 8);
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine, SnapshotFlags.When(snapshots)));
        await cluster.StartAsync();
        await using var load = new WriteLoad(cluster, writers: 32, Prefix);

        for (var toggle = 0; toggle < toggles; toggle++)
        {
            foreach (var node in cluster.Nodes)
            {
                using var client = ClusterProbe.ClientOf(node);
                var mode = Modes[toggle % Modes.Length];
                await client.Batching.SetAsync(mode);
                Assert.Equal(mode.Policy, (await client.Batching.GetAsync()).Settings.Policy);
            }

            await load.ProgressAsync(WritesBetweenToggles, Limit);
        }

        await load.StopAsync();
        await CheckAsync(cluster, load, "as written");
        Assert.All(cluster.Nodes, node => Assert.True(!snapshots || SnapshotFlags.CutsBy(node) > 1, $"{node.Name} did not truncate its log"));

        // The log now has entries of every mode, and all must be read back.
        await Task.WhenAll(cluster.Nodes.Select(node => node.Process!.KillAsync()));
        foreach (var node in cluster.Nodes)
        {
            cluster.Launch(node);
        }

        await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
        await CheckAsync(cluster, load, "after restart");
    }

    private async Task CheckAsync(ProcessCluster cluster, WriteLoad load, string when)
    {
        foreach (var (node, check) in await WriteCheck.OfEveryMemberAsync(cluster, Prefix, load.Records))
        {
            output.WriteLine($"{when}, {node.Name}: {check.Acknowledged} acknowledged, {check.Unknown} unknown, {check.Violations.Count} violations");
            Assert.Empty(check.Violations);
            Assert.Equal(0, check.Unknown);
        }
    }
}
