using System.Diagnostics;
using MetaStore.Robustness.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>kill -9 under a continuous write load (row 1 of the fault matrix). METASTORE_KILL_ROUNDS sets the number of rounds.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Writers = 32;
    private const int WritesBetweenFaults = 500;

    // The median of fewer rounds says more about the machine than about the program.
    private const int RoundsThatTellTime = 10;

    // A killed member does not always lag beyond the end of the log.
    private const int MoreRoundsForASnapshot = 2;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [SkippableTheory(DisplayName = "kill -9 of the leader: nothing acknowledged is lost, nothing is applied twice, a new leader soon")]
    [InlineData("memory", false)]
    [RowOnRequest("memory", true)]
    [InlineData("rocksdb", true)]
    public async Task Leader_KilledAgainAndAgain_LosesNothing(string engine, bool snapshots)
    {
        var rounds = RobustnessRounds.From("METASTORE_KILL_ROUNDS", 1);
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine, SnapshotFlags.When(snapshots)));
        await cluster.StartAsync();
        await using var load = new WriteLoad(cluster, Writers, "kill-leader");

        var elections = new List<TimeSpan>();
        var gaps = new List<TimeSpan>();
        var memory = new long[cluster.Nodes.Count];
        var installed = 0;
        var asFiles = 0;
        for (var round = 0; round < rounds || (snapshots && installed == 0 && round < rounds + MoreRoundsForASnapshot); round++)
        {
            await load.ProgressAsync(WritesBetweenFaults, Limit);
            var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
            var clock = Stopwatch.StartNew();
            await leader.Process!.KillAsync();
            var killedAt = Stopwatch.GetTimestamp();
            await ClusterProbe.LeaderAsync(cluster, Limit);
            elections.Add(clock.Elapsed);
            await Eventually.TrueAsync(() => load.LastAcknowledgedAt > killedAt + Stopwatch.Frequency / 20, Limit, () => "no write is acknowledged after the kill");
            gaps.Add(clock.Elapsed);

            if (snapshots)
            {
                // Enough entries for the log to be truncated beyond the last entry of the stopped member.
                await load.ProgressAsync(WritesBetweenFaults * 4, Limit);
            }

            cluster.Launch(leader);
            await cluster.WaitUntilHealthyAsync(leader);
            installed += SnapshotFlags.InstalledBy(leader);
            asFiles += SnapshotFlags.FilesInstalledBy(leader);
            memory = [.. cluster.Nodes.Zip(memory, (node, most) => Math.Max(most, node.Process!.ResidentBytes))];
        }

        await load.ProgressAsync(WritesBetweenFaults, Limit);
        await load.StopAsync();
        output.WriteLine($"{elections.Count} kills, {load.Acknowledged} writes acknowledged; new leader: median {Seconds(elections.Median())}, max {Seconds(elections.Max())}; " +
            $"writes again: median {Seconds(gaps.Median())}, max {Seconds(gaps.Max())}; snapshots installed: {installed}, as files: {asFiles}; " +
            $"most memory: {string.Join(", ", memory.Select(bytes => $"{bytes / 1_000_000} MB"))}");
        await CheckEveryMemberAsync(cluster, "kill-leader", load);
        if (rounds >= RoundsThatTellTime)
        {
            Assert.True(elections.Median() <= TimeSpan.FromSeconds(2), $"median time to a new leader is {elections.Median()}");
            Assert.True(gaps.Median() <= TimeSpan.FromSeconds(3), $"median time to the next acknowledged write is {gaps.Median()}");
        }

        Assert.Equal(engine == "rocksdb" ? installed : 0, asFiles);
        Assert.True(!snapshots || installed > 0, "no member was sent a snapshot, which the test is meant to cover");
    }

    [SkippableTheory(DisplayName = "kill -9 of all members at once: nothing acknowledged is lost, nothing is applied twice")]
    [RowOnRequest("memory", false)]
    [RowOnRequest("memory", true)]
    [InlineData("rocksdb", true)]
    public async Task AllMembers_KilledAtOnce_LoseNothing(string engine, bool snapshots)
    {
        var rounds = RobustnessRounds.From("METASTORE_KILL_ALL_ROUNDS", 1);
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine, SnapshotFlags.When(snapshots)));
        await cluster.StartAsync();
        await using var load = new WriteLoad(cluster, Writers, "kill-all");

        var restarts = new List<TimeSpan>();
        for (var round = 0; round < rounds; round++)
        {
            await load.ProgressAsync(WritesBetweenFaults, Limit);
            await Task.WhenAll(cluster.Nodes.Select(node => node.Process!.KillAsync()));
            var clock = Stopwatch.StartNew();
            foreach (var node in cluster.Nodes)
            {
                cluster.Launch(node);
            }

            await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
            restarts.Add(clock.Elapsed);
        }

        await load.ProgressAsync(WritesBetweenFaults, Limit);
        await load.StopAsync();
        output.WriteLine($"{rounds} kills of all, {load.Acknowledged} writes acknowledged; all healthy again: median {Seconds(restarts.Median())}, max {Seconds(restarts.Max())}");
        await CheckEveryMemberAsync(cluster, "kill-all", load);
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.00} s";

    private async Task CheckEveryMemberAsync(ProcessCluster cluster, string prefix, WriteLoad load)
    {
        foreach (var (node, check) in await WriteCheck.OfEveryMemberAsync(cluster, prefix, load.Records))
        {
            output.WriteLine($"{node.Name}: {check.Acknowledged} acknowledged, {check.Unknown} unknown, {check.Violations.Count} violations");
            Assert.Empty(check.Violations);
            Assert.True(check.Acknowledged >= WritesBetweenFaults, "too few writes for a meaningful result");
        }
    }
}
