using MetaStore.Robustness.HostileClient;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.HostileClient;

/// <summary>All kinds of hostile clients at once. METASTORE_HOSTILE_CLIENT_SECONDS sets the duration, METASTORE_HOSTILE_CLIENT_SEED the seed.</summary>
public sealed class HostileClientRunTests(ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData("memory", 12)]
    [RowOnRequest("rocksdb", 8)]
    public async Task HostileClients_OfAllKinds_HurtNoMemberAndNoOtherClient(string engine, int usualSeconds)
    {
        var seconds = RobustnessRounds.From("METASTORE_HOSTILE_CLIENT_SECONDS", usualSeconds);
        var seed = RobustnessRounds.From("METASTORE_HOSTILE_CLIENT_SEED", 1);
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine));
        await cluster.StartAsync();
        var run = new HostileRun(cluster, seed);
        var report = await run.RunAsync(TimeSpan.FromSeconds(seconds));
        output.WriteLine($"{engine}, seed {seed}, {seconds} s: {report}");
        foreach (var node in cluster.Nodes)
        {
            // To see what members did while a put took long.
            await File.WriteAllTextAsync(Path.Combine(Programs.SourceTree, "artifacts", $"hostile-client-{engine}-{node.Name}.log"), node.Process!.Output);
        }

        output.WriteLine(string.Join(", ", run.Counts.Select(kind => $"{kind.Key} {kind.Value}")));
        Assert.True(report.AllRun, string.Join('\n', cluster.Nodes.Select(node => node.Process!.Output)));
        Assert.Empty(report.Careful.Errors);
        Assert.True(report.Careful.Puts > 0 && report.LongestPut <= HostileReport.PutBound, report.ToString());
        Assert.True(report.GrownBytes <= HostileReport.MemoryBound, report.ToString());
        Assert.True(report.Busy <= HostileReport.BusyBound, report.ToString());
        await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
    }
}
