using MetaStore.Compatibility.Tests.Comparison;
using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Compatibility.Tests.Gateway;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests;

/// <summary>Sends the same HTTP requests to etcd's JSON gateway and to MetaStore's and compares status, type and body, byte by byte.</summary>
[Collection("processes")]
public sealed class GatewayDifferenceTests(ITestOutputHelper output)
{
    private static IReadOnlyList<GatewayRequest> Requests =>
        GatewayRequest.Read(Path.Combine(AppContext.BaseDirectory, "Gateway", "gateway.requests"));

    [Fact]
    public void Requests_AreAtLeast100() => Assert.True(Requests.Count >= 100, $"{Requests.Count} requests");

    [SkippableTheory]
    [InlineData("memory", false)]
    [InlineData("rocksdb", false)]
    [InlineData("memory", true)]
    [RowOnRequest("rocksdb", true)]
    public async Task Gateway_AnswersAsEtcdDoes(string engine, bool isSecured)
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        var differences = await ConfirmedDifferences.OfAsync(() => CompareAsync(engine, isSecured), output);
        Assert.True(differences.Count == 0, $"{differences.Count} of {Requests.Count} requests differ\n{string.Join('\n', differences)}");
    }

    private async Task<IReadOnlyDictionary<string, string>> CompareAsync(string engine, bool isSecured)
    {
        await using var etcd = ProcessCluster.OfEtcd(1, ClusterSecurity.Of(isSecured));
        await using var metaStore = ProcessCluster.OfMetaStore(1, ClusterSecurity.Of(isSecured), EngineFlags.Of(engine));
        await Task.WhenAll(etcd.StartAsync(), metaStore.StartAsync());
        using var left = new GatewayClient(etcd);
        using var right = new GatewayClient(metaStore);
        var differences = new Dictionary<string, string>();
        foreach (var request in Requests)
        {
            var answers = await Task.WhenAll(left.SendAsync(request), right.SendAsync(request));
            if (answers[0] != answers[1])
            {
                differences.Add($"line {request.Number}", $"{request.Text}\n{LineDiff.Describe(answers[0], answers[1])}");
            }
        }

        output.WriteLine($"{Requests.Count} requests, {differences.Count} differences");
        return differences;
    }
}
