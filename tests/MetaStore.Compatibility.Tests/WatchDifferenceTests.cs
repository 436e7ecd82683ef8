using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Compatibility.Tests.Comparison;
using MetaStore.Compatibility.Tests.Watching;
using MetaStore.Compatibility.Tests.Wire;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests;

/// <summary>Random writes, and watches with every kind of start revision: each watch must receive the same from MetaStore as from etcd.</summary>
/// <remarks>How etcd groups events into responses is not specified; everything else is compared.</remarks>
[Collection("processes")]
public sealed class WatchDifferenceTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [SkippableTheory]
    [MemberData(nameof(Streams.OfWatches), MemberType = typeof(Streams))]
    public async Task MetaStore_RandomWatches_SameAsEtcd(string engine, int seed, int members, int steps, bool isSecured)
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        await CompareAsync(seed, steps, isSecured, security => ProcessCluster.OfMetaStore(members, security, EngineFlags.Of(engine)));
    }

    [SkippableFact]
    public async Task Etcd_RandomWatches_SameAsAnotherEtcd()
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        await CompareAsync(seed: 4, steps: 400, isSecured: false, security => ProcessCluster.OfEtcd(1, security));
    }

    private async Task CompareAsync(int seed, int steps, bool isSecured, Func<ClusterSecurity, ProcessCluster> other)
    {
        var differences = await ConfirmedDifferences.OfAsync(
            async () =>
            {
                await using var reference = ProcessCluster.OfEtcd(1, ClusterSecurity.Of(isSecured));
                await using var tested = other(ClusterSecurity.Of(isSecured));
                return await DifferencesAsync(seed, steps, reference, tested);
            },
            output);
        Assert.True(differences.Count == 0, $"seed={seed}: {differences.Count} watches differ\n{string.Join('\n', differences)}");
    }

    private async Task<IReadOnlyDictionary<string, string>> DifferencesAsync(int seed, int steps, ProcessCluster reference, ProcessCluster tested)
    {
        await Task.WhenAll(reference.StartAsync(), tested.StartAsync());
        using var left = new WireClient(reference.Nodes[^1]);
        using var right = new WireClient(tested.Nodes[^1]);
        await using var expected = new WatchTranscript(reference.Nodes[^1]);
        await using var actual = new WatchTranscript(tested.Nodes[^1]);
        var plan = new WatchPlan(seed);
        var isSettled = true;
        for (var step = 0; step < steps && isSettled; step++)
        {
            if (plan.Once(12))
            {
                var request = plan.Watch();
                await Task.WhenAll(expected.CreateAsync(request), actual.CreateAsync(request));
            }
            else if (plan.Once(60) && plan.SomeId() is { } id)
            {
                // What a watch receives before it is canceled, and which watch a compaction cancels, is not deterministic while history is being read.
                isSettled = await SettledAsync(expected, actual);
                await Task.WhenAll(expected.CancelAsync(id), actual.CancelAsync(id));
            }
            else if (plan.Once(150) && plan.Compaction() is { } compaction)
            {
                isSettled = await SettledAsync(expected, actual);
                await Task.WhenAll(left.SendAsync(compaction), right.SendAsync(compaction));
            }
            else
            {
                var write = plan.Write();
                var answers = await Task.WhenAll(left.SendAsync(write), right.SendAsync(write));
                plan.Learn(answers[0]);
            }
        }

        await SettledAsync(expected, actual);
        var (one, other) = (expected.Lines(), actual.Lines());
        output.WriteLine($"seed={seed}: {one.Count} watches, {one.Values.Sum(lines => lines.Count)} lines");
        Assert.True(one.Values.Sum(lines => lines.Count) > steps, "too few events to be meaningful");
        return one.Keys.Union(other.Keys)
            .Select(watch => (Watch: watch, Etcd: LinesOf(one, watch), Tested: LinesOf(other, watch)))
            .Where(lines => !lines.Etcd.SequenceEqual(lines.Tested))
            .ToDictionary(lines => $"watch {lines.Watch}", lines => $"\n-- etcd --\n{string.Join('\n', lines.Etcd)}\n-- tested --\n{string.Join('\n', lines.Tested)}");
    }

    private static List<string> LinesOf(SortedDictionary<long, List<string>> lines, long watch) => lines.GetValueOrDefault(watch) ?? [];

    /// <summary>Waits until both have sent the same number of events for longer than etcd's 100 ms between two reads of history; false on a timeout.</summary>
    private static async Task<bool> SettledAsync(WatchTranscript expected, WatchTranscript actual)
    {
        int equal = 0, last = -1;
        try
        {
            await Eventually.TrueAsync(
                () =>
                {
                    equal = expected.Count == actual.Count && expected.Count == last ? equal + 1 : 0;
                    last = expected.Count;
                    return equal > 6;
                },
                Limit,
                () => "the two have sent different numbers of events");
            return true;
        }
        catch (TimeoutException)
        {
            // The comparison that follows reports the difference.
            return false;
        }
    }
}
