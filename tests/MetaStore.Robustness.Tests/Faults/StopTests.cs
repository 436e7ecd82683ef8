using System.Diagnostics;
using MetaStore.Robustness.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>Graceful stop (SIGTERM), suspension and restart, under a write load.</summary>
public sealed class StopTests(ITestOutputHelper output)
{
    private const int Writers = 16;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    [SkippableTheory(DisplayName = "SIGTERM of the leader: leadership is transferred first, the process exits with 0, nothing is lost")]
    [InlineData("memory")]
    [RowOnRequest("rocksdb")]
    public async Task Leader_Terminated_HandsOverAndExits(string engine)
    {
        var rounds = RobustnessRounds.From("METASTORE_STOP_ROUNDS", 1);
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine));
        await cluster.StartAsync();
        await using var load = new WriteLoad(cluster, Writers, "stop");
        var gaps = new List<TimeSpan>();
        var stops = new List<TimeSpan>();
        for (var round = 0; round < rounds; round++)
        {
            await load.ProgressAsync(300, Limit);
            var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
            load.ForgetLongestGap();
            var clock = Stopwatch.StartNew();
            await leader.Process!.TerminateAsync();
            stops.Add(clock.Elapsed);
            Assert.Equal(0, leader.Process.ExitCode);
            await load.ProgressAsync(100, Limit);
            gaps.Add(load.LongestGap);
            cluster.Launch(leader);
            await cluster.WaitUntilHealthyAsync(leader);
        }

        await load.StopAsync();
        output.WriteLine($"{rounds} stops: exit after median {stops.Median().TotalSeconds:0.00} s, max {stops.Max().TotalSeconds:0.00} s; " +
            $"longest time without an acknowledged write: median {gaps.Median().TotalMilliseconds:0} ms, max {gaps.Max().TotalMilliseconds:0} ms");
        await CheckAsync(cluster, "stop", load);
        Assert.True(stops.Max() < StopLimit, $"a stop took {stops.Max()}");
    }

    [SkippableTheory(DisplayName = "SIGTERM of all members at once: each exits with 0 within seconds, nothing is lost")]
    [RowOnRequest("memory")]
    [InlineData("rocksdb")]
    public async Task AllMembers_Terminated_ExitSoon(string engine)
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine));
        await cluster.StartAsync();
        await using var load = new WriteLoad(cluster, Writers, "stop-all");
        await load.ProgressAsync(300, Limit);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(cluster.Nodes.Select(node => node.Process!.TerminateAsync()));
        output.WriteLine($"all stopped after {clock.Elapsed.TotalSeconds:0.00} s");
        Assert.All(cluster.Nodes, node => Assert.Equal(0, node.Process!.ExitCode));
        Assert.True(clock.Elapsed < StopLimit, $"stopping all took {clock.Elapsed}");
        foreach (var node in cluster.Nodes)
        {
            cluster.Launch(node);
        }

        // The writers continue until then: without any member their calls would wait for their deadlines.
        await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
        await load.StopAsync();
        await CheckAsync(cluster, "stop-all", load);
    }

    [SkippableTheory(DisplayName = "a member frozen for seconds under load catches up, whether it leads or follows")]
    [RowOnRequest("memory", true, false)]
    [RowOnRequest("memory", false, true)]
    [RowOnRequest("rocksdb", false, false)]
    [InlineData("rocksdb", false, true)]
    public async Task Member_Paused_CatchesUp(string engine, bool leads, bool snapshots)
    {
        var pause = TimeSpan.FromSeconds(RobustnessRounds.From("METASTORE_PAUSE_SECONDS", 2));
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine, SnapshotFlags.When(snapshots)));
        await cluster.StartAsync();
        await using var load = new WriteLoad(cluster, Writers, "pause");
        await load.ProgressAsync(300, Limit);
        var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
        var frozen = leads ? leader : cluster.Nodes.First(node => node != leader);
        frozen.Process!.Pause();
        try
        {
            await Task.Delay(pause);
        }
        finally
        {
            frozen.Process.Resume();
        }

        var clock = Stopwatch.StartNew();
        await load.ProgressAsync(300, Limit);
        await load.StopAsync();
        await CheckAsync(cluster, "pause", load);
        output.WriteLine($"paused {pause.TotalSeconds} s; equal again {clock.Elapsed.TotalSeconds:0.00} s after going on; snapshots installed: {SnapshotFlags.InstalledBy(frozen)}");
    }

    [SkippableTheory(DisplayName = "a member with a log of more than a segment is ready again soon")]
    [RowOnRequest("memory")]
    [InlineData("rocksdb")]
    public async Task LargeLog_Restart_IsQuick(string engine)
    {
        const int ValueBytes = 64 << 10;
        var values = RobustnessRounds.From("METASTORE_LOG_MEGABYTES", 70) * (1 << 20) / ValueBytes;
        await using var cluster = ProcessCluster.OfMetaStore(1, EngineFlags.Of(engine, "--snapshot-count", "100000000"));
        await cluster.StartAsync();
        var node = cluster.Nodes[0];
        using (var client = ClusterProbe.ClientOf(node))
        {
            var value = new string('v', ValueBytes);
            await Parallel.ForAsync(0, values, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, stop) => await client.Kv.PutAsync($"large/{i:d6}", value, stop));
        }

        await node.Process!.KillAsync();
        var wal = Directory.EnumerateFiles(Path.Combine(node.DataDirectory, "wal")).Sum(file => new FileInfo(file).Length);
        var clock = Stopwatch.StartNew();
        cluster.Launch(node);
        await cluster.WaitUntilHealthyAsync(node);
        output.WriteLine($"log of {wal / 1_000_000} MB: healthy after {clock.Elapsed.TotalSeconds:0.00} s, {node.Process.ResidentBytes / 1_000_000} MB resident");
        using var reader = ClusterProbe.ClientOf(node);
        var count = (await reader.Kv.RangeAsync(new MetaStore.Protocol.Etcd.RangeRequest
        {
            Key = Google.Protobuf.ByteString.CopyFromUtf8("large/"),
            RangeEnd = Google.Protobuf.ByteString.CopyFromUtf8("large0"),
            CountOnly = true,
        })).Count;
        Assert.Equal(values, count);
    }

    private async Task CheckAsync(ProcessCluster cluster, string prefix, WriteLoad load)
    {
        foreach (var (node, check) in await WriteCheck.OfEveryMemberAsync(cluster, prefix, load.Records))
        {
            output.WriteLine($"{node.Name}: {check.Acknowledged} acknowledged, {check.Unknown} unknown, {check.Violations.Count} violations");
            Assert.Empty(check.Violations);
        }
    }
}
