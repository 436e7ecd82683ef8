using System.Diagnostics;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Robustness.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Membership;

/// <summary>
/// Membership changes from 1 to 3, 5 and 3 members under a write load, with the leader killed and removed in between (row 22 of the fault matrix).
/// METASTORE_MEMBERSHIP_ROUNDS sets the number of rounds, which alternate between the engines and between learners and direct voters.
/// </summary>
public sealed class MembershipTests(ITestOutputHelper output)
{
    private const int Writers = 8;
    private const int WritesBetweenChanges = 100;

    /// <summary>Exit code of a removed member.</summary>
    private const int ExitCodeRemoved = 76;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [SkippableTheory(DisplayName = "1 to 3 to 5 to 3 members under load, the leader killed and removed: nothing is lost, no call hangs")]
    [InlineData("memory", false)]
    [RowOnRequest("memory", true)]
    [RowOnRequest("rocksdb", true)]
    public async Task Members_ComeAndGoUnderLoad_NothingIsLost(string first, bool isSecured)
    {
        var rounds = RobustnessRounds.From("METASTORE_MEMBERSHIP_ROUNDS", 1);
        var second = first == "memory" ? "rocksdb" : "memory";
        var gap = TimeSpan.Zero;
        var (writes, unknown) = (0L, 0L);
        for (var round = 0; round < rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            var result = await RunAsync(round % 2 == 0 ? first : second, isPatient: rounds > 1 && round % 4 >= 2, isSecured);
            gap = result.LongestGap > gap ? result.LongestGap : gap;
            writes += result.Acknowledged;
            unknown += result.Unknown;
            output.WriteLine($"round {round + 1}: {result} in {clock.Elapsed.TotalSeconds:0.0} s");
        }

        output.WriteLine($"{rounds} rounds of 6 changes and 2 kills of the leader: {writes} writes acknowledged, {unknown} unknown, longest gap {gap.TotalSeconds:0.00} s");
    }

    /// <param name="engine">memory or rocksdb.</param>
    /// <param name="isPatient">With etcd's strict checks, which require connections of five seconds before each change; a smoke test runs without.</param>
    /// <param name="isSecured">With TLS on both ports and auth.</param>
    private async Task<RoundResult> RunAsync(string engine, bool isPatient, bool isSecured)
    {
        string[] flags = [.. SnapshotFlags.Often, $"--strict-reconfig-check={(isPatient ? "true" : "false")}"];
        await using var cluster = ProcessCluster.Growing(1, spares: 4, ClusterSecurity.Of(isSecured), EngineFlags.Of(engine, flags));
        await cluster.StartAsync();
        using var steps = new MembershipSteps(cluster, Limit);
        await using var load = new WriteLoad(cluster, Writers, "membership");
        await load.ProgressAsync(WritesBetweenChanges, Limit);

        await steps.GrowAsync(asLearner: true);
        await load.ProgressAsync(WritesBetweenChanges, Limit);
        await steps.GrowAsync(asLearner: true);
        await load.ProgressAsync(WritesBetweenChanges, Limit);

        // The leader is killed when the fourth member is in the list but not running; the remaining members must still have a quorum.
        await steps.GrowAsync(asLearner: true, afterAdd: () => KillLeaderAsync(cluster));
        await load.ProgressAsync(WritesBetweenChanges, Limit);
        await steps.GrowAsync(asLearner: !isPatient);
        await load.ProgressAsync(WritesBetweenChanges, Limit);

        Assert.Equal(ExitCodeRemoved, await steps.RemoveAsync(await ClusterProbe.LeaderAsync(cluster, Limit)));
        await load.ProgressAsync(WritesBetweenChanges, Limit);

        // And while a follower is being removed.
        var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
        var removal = steps.RemoveAsync(cluster.Nodes.First(node => node != leader));
        await KillLeaderAsync(cluster);
        Assert.Equal(ExitCodeRemoved, await removal);
        await load.ProgressAsync(WritesBetweenChanges, Limit);

        await load.StopAsync();
        Assert.Equal(3, (await steps.ListAsync()).Count(member => !member.IsLearner));
        var checks = await WriteCheck.OfEveryMemberAsync(cluster, "membership", load.Records);
        Assert.Equal(3, checks.Count);
        Assert.All(checks, check => Assert.Empty(check.Check.Violations));
        return new RoundResult(engine, isPatient, load.Acknowledged, checks[0].Check.Unknown, load.LongestGap);
    }

    private static async Task KillLeaderAsync(ProcessCluster cluster)
    {
        var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
        await leader.Process!.KillAsync();
        cluster.Launch(leader);
    }

    private sealed record RoundResult(string Engine, bool IsPatient, long Acknowledged, int Unknown, TimeSpan LongestGap);
}
