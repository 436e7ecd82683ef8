using System.Diagnostics;
using System.Globalization;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;

namespace MetaStore.Robustness.Soak;

/// <summary>A year in a day: everything that happens to a cluster in its life, at short intervals, and what its members use meanwhile.</summary>
internal static class SoakRun
{
    private const int Writers = 3;
    private const int Watchers = 3;
    private const string Header =
        """
        | quantity | member | median | rise | 95 % interval | per hour | allowed rise | verdict |
        |---|---|---|---|---|---|---|---|
        """;

    private static readonly TimeSpan s_settleLimit = TimeSpan.FromSeconds(60);

    /// <summary>Runs a plan and prints what happened.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="results">Folder for the samples; created.</param>
    /// <param name="lossesOnly">Growth does not count, for a run that is too short for it.</param>
    /// <returns>Whether nothing was lost and everything is flat.</returns>
    public static async Task<bool> RunAsync(SoakPlan plan, string results, bool lossesOnly)
    {
        var tally = new Tally();
        var clock = Stopwatch.StartNew();
        await using SoakCluster cluster = await SoakCluster.StartAsync(plan);
        Console.WriteLine($"{plan.Engine}, seed {plan.Seed}: three members with TLS and users run after {clock.Elapsed.TotalSeconds:0.0} s; load for {plan.Duration}, everything once in {plan.Period}");
        var sampler = new SoakSampler(cluster, plan, tally);
        using MetaStoreClient root = cluster.ClientOf("root");
        using MetaStoreClient user = cluster.ClientOf(SoakCluster.User);
        CheckedWriter[] writers = [.. Enumerable.Range(0, Writers).Select(number => new CheckedWriter(user, number, new Random(plan.Seed + number)))];
        var clients = new SoakClients(cluster, tally, new Random(plan.Seed));
        var tasks = new SoakTasks(cluster, plan, tally, new Random(plan.Seed));
        using (var end = new CancellationTokenSource(plan.Duration))
        {
            await Task.WhenAll(
            [
                .. writers.Select(writer => writer.RunAsync(end.Token)), .. Enumerable.Range(0, Watchers).Select(_ => clients.WatchAsync(user, end.Token)),
                clients.LeaseAsync(user, end.Token), clients.LogInAsync(end.Token), tasks.RunAsync(root, end.Token), sampler.RunAsync(end.Token),
            ]);
        }

        await CheckContentAsync(cluster, root, writers, tally);
        Print(tally, writers, cluster);
        bool isFlat = Judge(plan, sampler.Samples, results);
        return tally.Violations.Count == 0 && (isFlat || lossesOnly);
    }

    private static async Task CheckContentAsync(SoakCluster cluster, MetaStoreClient root, CheckedWriter[] writers, Tally tally)
    {
        if (cluster.Founders.Any(founder => !founder.Process!.IsRunning))
        {
            return; // noted by the sampler
        }

        await Eventually.TrueAsync(
            async () => (await root.Lease.ListAsync()).Leases.Count == 0, s_settleLimit, () => "leases of two seconds have not all ended after a minute");
        RangeResponse left = await root.Kv.RangeAsync(new RangeRequest { Key = KeyRange.Prefix($"{SoakCluster.Prefix}lease/").Key, RangeEnd = KeyRange.Prefix($"{SoakCluster.Prefix}lease/").RangeEnd, CountOnly = true });
        if (left.Count > 0)
        {
            tally.Violate($"{left.Count} keys outlive their leases");
        }

        await CompareHashesAsync(cluster, left.Header.Revision, tally);
        foreach (SoakMember founder in cluster.Founders)
        {
            using MetaStoreClient member = cluster.ClientOf("root", founder);
            foreach (CheckedWriter writer in writers)
            {
                await writer.CompareAllAsync(member, founder.Name);
            }
        }

        foreach (string violation in writers.SelectMany(writer => writer.Violations))
        {
            tally.Violate(violation);
        }
    }

    /// <summary>A hash covers what was not compacted, so only hashes with equal compaction revisions can be compared, and compactions go on.</summary>
    private static async Task CompareHashesAsync(SoakCluster cluster, long revision, Tally tally)
    {
        HashKVResponse[] hashes = [];
        await Eventually.TrueAsync(
            async () =>
            {
                hashes = await Task.WhenAll(cluster.Founders.Select(async founder =>
                {
                    using MetaStoreClient member = cluster.ClientOf("root", founder);
                    return await member.Maintenance.HashKVAsync(new HashKVRequest { Revision = revision });
                }));
                return hashes.DistinctBy(hash => hash.CompactRevision).Count() == 1;
            },
            s_settleLimit, () => "members do not reach the same compaction revision");
        if (hashes.DistinctBy(hash => hash.Hash).Count() > 1)
        {
            tally.Violate($"the members' hashes differ at revision {revision}");
        }
    }

    private static void Print(Tally tally, CheckedWriter[] writers, SoakCluster cluster)
    {
        Console.WriteLine($"puts: {writers.Sum(writer => writer.Acknowledged)} acknowledged, {writers.Sum(writer => writer.Failed)} failed");
        foreach ((string name, (long done, long failed, string last)) in tally.Counts.OrderBy(count => count.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"{name}: {done}{(failed > 0 ? $", {failed} failed, the last with {last}" : "")}");
        }

        foreach (string violation in tally.Violations)
        {
            Console.WriteLine($"VIOLATION {violation}");
        }

        foreach (SoakMember founder in cluster.Founders)
        {
            Console.WriteLine($"{founder.Name}: {founder.Process!.Output.Split('\n').Count(line => line.Contains("\"level\":\"error\"", StringComparison.Ordinal))} lines of errors in its log");
        }
    }

    private static bool Judge(SoakPlan plan, IReadOnlyList<SoakSample> samples, string results)
    {
        Directory.CreateDirectory(results);
        File.WriteAllLines(
            Path.Combine(results, $"{plan.Engine}.csv"),
            ["seconds,member,resident,heap,descriptors,threads,disk,files", .. samples.Select(sample => string.Create(
                CultureInfo.InvariantCulture,
                $"{sample.Seconds:0.0},{sample.Member},{sample.ResidentBytes},{sample.HeapBytes},{sample.Descriptors},{sample.Threads},{sample.DiskBytes},{sample.Files}"))]);
        Console.WriteLine(Header);
        bool isFlat = true;
        foreach (SoakQuantity quantity in SoakQuantity.All)
        {
            foreach (string member in samples.Select(sample => sample.Member).Distinct())
            {
                SoakVerdict verdict = quantity.Judge(member, samples, plan.WarmUp.TotalSeconds);
                Console.WriteLine(verdict);
                isFlat &= !verdict.Grows;
            }
        }

        return isFlat;
    }
}
