using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests;

/// <summary>The metric families of Debian's etcd exist in MetaStore with the same types.</summary>
[Collection("processes")]
public sealed class MetricDifferenceTests
{
    [SkippableTheory]
    [InlineData(false)]
    [RowOnRequest(true)]
    public async Task Page_HasEveryFamilyOfEtcd_OfItsType(bool isSecured)
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        await using var etcd = ProcessCluster.OfEtcd(1, ClusterSecurity.Of(isSecured), "--metrics", "extensive");
        await using var metaStore = ProcessCluster.OfMetaStore(1, ClusterSecurity.Of(isSecured), "--metrics", "extensive");
        await Task.WhenAll(etcd.StartAsync(), metaStore.StartAsync());
        var theirs = await PageAsync(etcd.Nodes[0]);
        var ours = await PageAsync(metaStore.Nodes[0]);
        Assert.Empty(MetricNames.Missing(MetricNames.Of(theirs), ours));

        var types = TypesOf(ours);
        Assert.DoesNotContain(TypesOf(theirs), family => types.TryGetValue(family.Key, out var type) && type != family.Value);

        // For histograms without labels, also the buckets.
        string[] Bounds(string page) => [.. page.Split('\n').Where(line => line.Contains("_bucket{le=", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal)];
        var buckets = Bounds(ours).ToHashSet();
        Assert.DoesNotContain(
            Bounds(theirs),
            bound => !buckets.Contains(bound) && !bound.Contains("_rebalance_", StringComparison.Ordinal) && !bound.Contains("_spill_", StringComparison.Ordinal));
    }

    private static async Task<string> PageAsync(ClusterNode node)
    {
        using var http = new HttpClient(node.Security.CreateHandler());
        return await http.GetStringAsync(new Uri(node.ClientUrl, "/metrics"));
    }

    private static Dictionary<string, string> TypesOf(string page) =>
        page.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToDictionary(words => words[2], words => words[3]);
}
