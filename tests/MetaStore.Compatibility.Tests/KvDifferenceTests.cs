using MetaStore.Compatibility.Tests.Comparison;
using MetaStore.Compatibility.Tests.Wire;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests;

/// <summary>Random requests to the KV and lease services: MetaStore's responses must equal etcd's, apart from the normalized fields.</summary>
[Collection("processes")]
public sealed class KvDifferenceTests(ITestOutputHelper output)
{
    [SkippableTheory]
    [MemberData(nameof(Streams.OfRequests), MemberType = typeof(Streams))]
    public async Task MetaStore_RandomRequests_AnswersAsEtcd(string engine, int seed, int members, int requests, bool isSecured)
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        await CompareAsync(seed, requests, isSecured, security => ProcessCluster.OfMetaStore(members, security, EngineFlags.Of(engine)));
    }

    [SkippableFact]
    public async Task Etcd_RandomRequests_AnswersAsAnotherEtcd()
    {
        // Shows that the comparison itself is deterministic: a difference here is a bug of the generator or of the normalization.
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        await CompareAsync(seed: 5, requests: 1000, isSecured: false, security => ProcessCluster.OfEtcd(1, security));
    }

    private async Task CompareAsync(int seed, int requests, bool isSecured, Func<ClusterSecurity, ProcessCluster> other)
    {
        var differences = await ConfirmedDifferences.OfAsync(
            async () =>
            {
                await using var reference = ProcessCluster.OfEtcd(1, ClusterSecurity.Of(isSecured));
                await using var tested = other(ClusterSecurity.Of(isSecured));
                await Task.WhenAll(reference.StartAsync(), tested.StartAsync());
                using var left = new WireClient(reference.Nodes[0]);
                using var right = new WireClient(tested.Nodes[^1]);
                var run = new DifferentialRun(seed, left, right);
                var found = await run.RunAsync(requests);
                output.WriteLine($"seed={seed} requests={requests}\n{run.Outcomes}");
                return found.ToDictionary(difference => $"request {difference.Number}", difference => difference.ToString());
            },
            output);
        Assert.True(differences.Count == 0, $"{differences.Count} differences\n{string.Join('\n', differences)}");
    }
}
