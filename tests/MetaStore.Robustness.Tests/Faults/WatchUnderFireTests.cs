using System.Diagnostics;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client;
using MetaStore.Robustness.Cluster;
using MetaStore.Robustness.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>
/// Watchers of overlapping prefixes while the leader is killed repeatedly: each watcher's events must equal the store's log.
/// METASTORE_WATCHERS, METASTORE_WATCH_WRITES and METASTORE_WATCH_KILLS set the size (1000, 50000 and 5 in a full run).
/// </summary>
public sealed class WatchUnderFireTests(ITestOutputHelper output)
{
    private const int Writers = 16;
    private const int WatchersPerClient = 25;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [SkippableTheory(DisplayName = "watchers see exactly the log of the store, across leader changes")]
    [InlineData("memory", 5000, 2, false)]
    [RowOnRequest("rocksdb", 2500, 1, false)]
    [RowOnRequest("memory", 2500, 1, true)]
    [RowOnRequest("rocksdb", 2500, 1, true)]
    public async Task Watchers_LeaderKilledAgainAndAgain_SeeTheLogExactly(string engine, int usualWrites, int usualKills, bool isSecured)
    {
        var watchers = RobustnessRounds.From("METASTORE_WATCHERS", 100);
        var writes = RobustnessRounds.From("METASTORE_WATCH_WRITES", usualWrites);
        var kills = RobustnessRounds.From("METASTORE_WATCH_KILLS", usualKills);
        await using var cluster = ProcessCluster.OfMetaStore(3, ClusterSecurity.Of(isSecured), EngineFlags.Of(engine));
        await cluster.StartAsync();
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, ((watchers - 1) / WatchersPerClient) + 1).Select(i => ClientOf(cluster, i)).ToArray();
        var watches = Enumerable.Range(0, watchers).Select(i => new WatchHistory(WatchHistory.RangeOf(i), clients[i / WatchersPerClient])).ToArray();
        var running = watches.Select(watch => watch.RunAsync(stop.Token)).ToArray();
        await Eventually.TrueAsync(() => watches.All(watch => watch.IsCreated), Limit, () => "not all watches are created");

        var load = new WatchLoad(writes, clients[0]);
        var clock = Stopwatch.StartNew();
        var writing = load.RunAsync(Writers);
        for (var kill = 1; kill <= kills; kill++)
        {
            var due = writes * kill / (kills + 1);
            await Eventually.TrueAsync(() => load.Done >= due, Limit, () => $"only {load.Done} writes are done");
            var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
            await leader.Process!.KillAsync();
            await ClusterProbe.LeaderAsync(cluster, Limit);
            cluster.Launch(leader);
            await cluster.WaitUntilHealthyAsync(leader);
        }

        await writing;
        var took = clock.Elapsed;
        Assert.True(await ClusterProbe.AgreeAsync(cluster, Limit), "members differ");
        using var reader = ClusterProbe.ClientOf(cluster.Nodes[0]);
        var log = await WatchHistory.LogAsync(reader, load.Highest);
        await Eventually.TrueAsync(
            () => watches.All(watch => watch.Count >= watch.Of(log).Count), Limit,
            () => $"{watches.Count(watch => watch.Count < watch.Of(log).Count)} watches lack events");
        await stop.CancelAsync();
        await Task.WhenAll(running);

        output.WriteLine($"{watchers} watchers, {load.Acknowledged.Count} writes acknowledged, {kills} kills in {took.TotalSeconds:0.0} s; " +
            $"{watches.Sum(watch => (long)watch.Count)} events, {watches.Sum(watch => watch.Responses)} responses");
        Assert.All(load.Acknowledged, write => Assert.Equal(write.Value, log[(int)write.Key - 2].Value));
        foreach (var watch in watches)
        {
            Assert.Equal(watch.Of(log), watch.Events);
        }

        foreach (var client in clients)
        {
            client.Dispose();
        }
    }

    [SkippableTheory(DisplayName = "a watcher that never reads costs a bounded amount of memory and does not slow down others")]
    [InlineData("memory", 5000, false)]
    [RowOnRequest("rocksdb", 2500, false)]
    [RowOnRequest("memory", 2500, true)]
    [RowOnRequest("rocksdb", 2500, true)]
    public async Task Watcher_ThatNeverReads_DoesNotAffectOthers(string engine, int usualWrites, bool isSecured)
    {
        const int valueBytes = 16 << 10;
        var writes = RobustnessRounds.From("METASTORE_WATCH_WRITES", usualWrites);
        await using var cluster = ProcessCluster.OfMetaStore(1, ClusterSecurity.Of(isSecured), EngineFlags.Of(engine, "--watch-queue-bytes=1MiB", "--snapshot-count=1000"));
        await cluster.StartAsync();
        using var client = ClusterProbe.ClientOf(cluster.Nodes[0]);
        var before = await SecondsAsync(client, writes, valueBytes, seed: 0);
        using var silent = await SilentWatcher.OpenAsync(cluster.Nodes[0], watches: 20);
        using var stop = new CancellationTokenSource();
        var reading = new WatchHistory(("", "\0"), client);
        var running = reading.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => reading.IsCreated, Limit, () => "the other watch is not created");
        await client.Kv.CompactAsync(new CompactionRequest { Revision = (await RevisionAsync(client)) - 1 });
        var memory = cluster.Nodes[0].Process!.ResidentBytes;
        var with = await SecondsAsync(client, writes, valueBytes, seed: 1);
        await Eventually.TrueAsync(() => reading.Count >= writes, Limit, () => $"the other watch has {reading.Count} of {writes} events");
        var grown = cluster.Nodes[0].Process!.ResidentBytes - memory;
        await stop.CancelAsync();
        await running;
        output.WriteLine($"{writes} writes alone: {before:0.00} s, with a stuck client: {with:0.00} s; memory {memory / 1_000_000} MB + {grown / 1_000_000} MB; " +
            $"unsynced: {await silent.MetricAsync("etcd_debugging_mvcc_slow_watcher_total")}, queued: {await silent.MetricAsync("metastore_watch_queued_bytes")}");
        Assert.Equal(20, await silent.MetricAsync("etcd_debugging_mvcc_slow_watcher_total"));
        Assert.InRange(await silent.MetricAsync("metastore_watch_queued_bytes"), 0, 3 << 20);
        Assert.True(with < (3 * before) + 2, $"{with} s instead of {before} s");
    }

    private static MetaStoreClient ClientOf(ProcessCluster cluster, int first) => new(
        MemberOptions.Of(cluster.Security, [.. Enumerable.Range(0, 3).Select(i => cluster.Nodes[(first + i) % 3].ClientUrl)]) with { CommandTimeout = TimeSpan.FromSeconds(30) });

    private static async Task<long> RevisionAsync(MetaStoreClient client) =>
        (await client.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("x"), CountOnly = true })).Header.Revision;

    /// <summary>Overwrites ten keys repeatedly, so that the store grows only by its history.</summary>
    private static async Task<double> SecondsAsync(MetaStoreClient client, int writes, int valueBytes, int seed)
    {
        var value = ByteString.CopyFrom(new byte[valueBytes]);
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, writes, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (i, cancellation) =>
            await client.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8($"s{seed}/{i % 10}"), Value = value }, cancellation));
        return clock.Elapsed.TotalSeconds;
    }
}
