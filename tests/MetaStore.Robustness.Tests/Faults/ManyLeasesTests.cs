using System.Diagnostics;
using MetaStore.Client;
using MetaStore.Robustness.Cluster;
using MetaStore.Robustness.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>Thousands of leases with one key each. METASTORE_LEASES sets the number (20000 in a full run).</summary>
public sealed class ManyLeasesTests(ITestOutputHelper output)
{
    private const int Keepers = 30;
    private const int Writers = 4;

    /// <summary>Fails a store that stops serving while leases expire, but not a slow machine.</summary>
    private static readonly TimeSpan GapMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly int _leases = RobustnessRounds.From("METASTORE_LEASES", 700);

    [SkippableTheory(DisplayName = "half of many leases kept alive through a leader kill: none of those ends, all others do, each key deleted once")]
    [InlineData("rocksdb", false)]
    [RowOnRequest("memory", false)]
    [RowOnRequest("memory", true)]
    [RowOnRequest("rocksdb", true)]
    public async Task HalfKeptAliveThroughALeaderKill_ExactlyTheOthersEnd(string engine, bool isSecured)
    {
        // Long enough for every stream to renew its share several times, also on a loaded machine.
        var timeToLive = 15 + (_leases / 500);
        await using var cluster = ProcessCluster.OfMetaStore(3, ClusterSecurity.Of(isSecured), EngineFlags.Of(engine));
        await cluster.StartAsync();
        using var client = ClientOf(cluster);
        using var stop = new CancellationTokenSource();
        var deletions = new DeletionWatch(LeasedKeys.Prefix, client);
        var watching = deletions.RunAsync(stop.Token);
        var keepers = Enumerable.Range(0, Keepers).Select(i => new LeaseKeeper(cluster.Nodes, i, TimeSpan.FromSeconds(timeToLive / 6.0))).ToArray();
        try
        {
            var clock = Stopwatch.StartNew();
            await LeasedKeys.GrantAsync(cluster, _leases, () => timeToLive, lease =>
            {
                if (IsKept(lease))
                {
                    keepers[lease / 2 % Keepers].Add(lease);
                }
            });
            var granted = clock.Elapsed;

            // While leases expire, so that the leader is killed with revokes in flight.
            var others = _leases - (_leases / 2);
            await Eventually.TrueAsync(() => deletions.Count >= others / 10, Limit, () => "no lease expires");
            var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
            await leader.Process!.KillAsync();
            var killed = Stopwatch.StartNew();
            var goneBefore = deletions.Count;
            await ClusterProbe.LeaderAsync(cluster, Limit);
            var leads = killed.Elapsed;
            cluster.Launch(leader);
            await cluster.WaitUntilHealthyAsync(leader);
            await Eventually.TrueAsync(() => deletions.Count >= others, Limit, () => $"{deletions.Count} of {others} keys are deleted");
            output.WriteLine($"{_leases} leases of {timeToLive} s with keys granted in {granted.TotalSeconds:0.0} s, half kept by {Keepers} streams; leader killed after {goneBefore} had ended, " +
                $"new leader after {leads.TotalSeconds:0.0} s, all others ended {killed.Elapsed.TotalSeconds:0.0} s after the kill");

            await CheckAsync(cluster, [.. Enumerable.Range(1, _leases).Select(lease => (long)lease).Where(IsKept)]);
            output.WriteLine($"{keepers.Sum(keeper => keeper.Renewals)} renewals, {keepers.Sum(keeper => keeper.BrokenStreams)} streams broken, {keepers.Sum(keeper => keeper.Lost.Count)} kept leases lost");
            Assert.All(keepers, keeper => Assert.Empty(keeper.Lost));
        }
        finally
        {
            await stop.CancelAsync();
            await watching;
            foreach (var keeper in keepers)
            {
                await keeper.DisposeAsync();
            }
        }

        CheckDeletions(deletions, lease => !IsKept(lease), _leases);
    }

    [SkippableTheory(DisplayName = "many leases that end in the same second: writes go on, each key is deleted once")]
    [InlineData("memory", false)]
    [RowOnRequest("rocksdb", false)]
    [RowOnRequest("memory", true)]
    [RowOnRequest("rocksdb", true)]
    public async Task ManyEndInTheSameSecond_WritesGoOn(string engine, bool isSecured)
    {
        var leases = Math.Max(_leases / 2, 1);
        await using var cluster = ProcessCluster.OfMetaStore(3, ClusterSecurity.Of(isSecured), EngineFlags.Of(engine));
        await cluster.StartAsync();
        using var client = ClientOf(cluster);
        using var stop = new CancellationTokenSource();
        var deletions = new DeletionWatch(LeasedKeys.Prefix, client);
        var watching = deletions.RunAsync(stop.Token);

        var clock = Stopwatch.StartNew();
        var end = TimeSpan.FromSeconds(15 + (leases / 150));
        await LeasedKeys.GrantAsync(cluster, leases, () => (long)Math.Round((end - clock.Elapsed).TotalSeconds), static _ => { });
        Assert.True(clock.Elapsed < end - TimeSpan.FromSeconds(3), $"granting took {clock.Elapsed}: too long for all to end at {end}");

        await using var load = new WriteLoad(cluster, Writers, "written");
        await load.ProgressAsync(100, Limit);
        load.ForgetLongestGap();
        var writesBefore = load.Acknowledged;
        var from = clock.Elapsed;
        await Eventually.TrueAsync(() => deletions.Count > 0, Limit, () => "no lease expires");
        var (first, quietGap, quietWrites) = (clock.Elapsed, load.LongestGap, load.Acknowledged - writesBefore);
        load.ForgetLongestGap();
        writesBefore = load.Acknowledged;
        await Eventually.TrueAsync(() => deletions.Count >= leases, Limit, () => $"{deletions.Count} of {leases} keys are deleted");
        var (took, gap, writes) = (clock.Elapsed - first, load.LongestGap, load.Acknowledged - writesBefore);
        await load.StopAsync();
        output.WriteLine($"{leases} leases that end in the same second were gone in {took.TotalSeconds:0.0} s. Longest time without an acknowledged write: {gap.TotalMilliseconds:0} ms " +
            $"at {writes / took.TotalSeconds:0} writes/s, before the end {quietGap.TotalMilliseconds:0} ms at {quietWrites / (first - from).TotalSeconds:0} writes/s");
        Assert.True(gap < GapMax, $"no write was acknowledged for {gap}");

        await CheckAsync(cluster, kept: []);
        await stop.CancelAsync();
        await watching;
        CheckDeletions(deletions, static _ => true, leases);
        foreach (var (_, check) in await WriteCheck.OfEveryMemberAsync(cluster, "written", load.Records))
        {
            Assert.Empty(check.Violations);
        }
    }

    private static bool IsKept(long lease) => lease % 2 == 0;

    private static MetaStoreClient ClientOf(ProcessCluster cluster) => new(MemberOptions.Of(cluster.Security, cluster.AllClientUrls));

    /// <summary>Checks that every member has exactly the kept leases and their keys, and that all have equal state.</summary>
    private static async Task CheckAsync(ProcessCluster cluster, long[] kept)
    {
        Assert.True(await ClusterProbe.AgreeAsync(cluster, Limit), "members differ");
        foreach (var node in cluster.Nodes)
        {
            using var member = ClusterProbe.ClientOf(node);
            var (keys, leases) = await LeasedKeys.OfAsync(member);
            Assert.Equal(kept.Select(LeasedKeys.KeyOf), keys);
            Assert.Equal(kept, leases);
        }
    }

    private static void CheckDeletions(DeletionWatch deletions, Func<long, bool> hasEnded, int leases)
    {
        var ended = Enumerable.Range(1, leases).Select(lease => (long)lease).Where(hasEnded).Select(LeasedKeys.KeyOf);
        Assert.Equal(ended, deletions.Deletions.Keys.Order(StringComparer.Ordinal));
        Assert.All(deletions.Deletions, deletion => Assert.Equal(1, deletion.Value));
    }
}
