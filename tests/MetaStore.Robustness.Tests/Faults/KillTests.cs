using System.Diagnostics;
using MetaStore.Robustness.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>kill -9 under a continuous write load (row 1 of the fault matrix). METASTORE_KILL_ROUNDS repeats it more often.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Writers = 32;
    private const int WritesBetweenFaults = 500;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact(DisplayName = "kill -9 of the leader: nothing acknowledged is lost, nothing is applied twice, a new leader soon")]
    public async Task Leader_KilledAgainAndAgain_LosesNothing()
    {
        var rounds = RobustnessRounds.From("METASTORE_KILL_ROUNDS", 3);
        await using var cluster = ProcessCluster.OfMetaStore(3);
        await cluster.StartAsync();
        await using var load = new WriteLoad([.. cluster.Nodes.Select(node => node.ClientUrl)], Writers, "kill-leader");

        var elections = new List<TimeSpan>();
        var gaps = new List<TimeSpan>();
        for (var round = 0; round < rounds; round++)
        {
            await ProgressAsync(load, WritesBetweenFaults);
            var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
            var clock = Stopwatch.StartNew();
            var killedAt = Stopwatch.GetTimestamp();
            await leader.Process!.KillAsync();
            await ClusterProbe.LeaderAsync(cluster, Limit);
            elections.Add(clock.Elapsed);
            await Eventually.TrueAsync(() => load.LastAcknowledgedAt > killedAt + Stopwatch.Frequency / 20, Limit, () => "no write is acknowledged after the kill");
            gaps.Add(clock.Elapsed);

            cluster.Launch(leader);
            await cluster.WaitUntilHealthyAsync(leader);
        }

        await ProgressAsync(load, WritesBetweenFaults);
        await load.StopAsync();
        output.WriteLine($"{rounds} kills; new leader: median {Median(elections)}, max {elections.Max()}; writes again: median {Median(gaps)}, max {gaps.Max()}");
        await CheckEveryMemberAsync(cluster, "kill-leader", load);
        Assert.True(Median(elections) <= TimeSpan.FromSeconds(2), $"median time to a new leader is {Median(elections)}");
    }

    [Fact(DisplayName = "kill -9 of all members at once: nothing acknowledged is lost, nothing is applied twice")]
    public async Task AllMembers_KilledAtOnce_LoseNothing()
    {
        var rounds = RobustnessRounds.From("METASTORE_KILL_ALL_ROUNDS", 2);
        await using var cluster = ProcessCluster.OfMetaStore(3);
        await cluster.StartAsync();
        await using var load = new WriteLoad([.. cluster.Nodes.Select(node => node.ClientUrl)], Writers, "kill-all");

        for (var round = 0; round < rounds; round++)
        {
            await ProgressAsync(load, WritesBetweenFaults);
            await Task.WhenAll(cluster.Nodes.Select(node => node.Process!.KillAsync()));
            foreach (var node in cluster.Nodes)
            {
                cluster.Launch(node);
            }

            await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
        }

        await ProgressAsync(load, WritesBetweenFaults);
        await load.StopAsync();
        await CheckEveryMemberAsync(cluster, "kill-all", load);
    }

    private static Task ProgressAsync(WriteLoad load, int writes)
    {
        var goal = load.Acknowledged + writes;
        return Eventually.TrueAsync(() => load.Acknowledged >= goal, Limit, () => $"stuck at {load.Acknowledged} acknowledged writes");
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private async Task CheckEveryMemberAsync(ProcessCluster cluster, string prefix, WriteLoad load)
    {
        Assert.True(await ClusterProbe.AgreeAsync(cluster, Limit), "the members' hashes differ");
        foreach (var node in cluster.Nodes)
        {
            using var client = ClusterProbe.ClientOf(node);
            var check = await WriteCheck.RunAsync(client, prefix, load.Records);
            output.WriteLine($"{node.Name}: {check.Acknowledged} acknowledged, {check.Unknown} unknown, {check.Violations.Count} violations");
            Assert.Empty(check.Violations);
            Assert.True(check.Acknowledged >= WritesBetweenFaults, "too little was written to mean anything");
        }
    }
}
