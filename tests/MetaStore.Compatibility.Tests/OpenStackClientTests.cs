using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests;

/// <summary>Runs the test suites of OpenStack's clients of the JSON gateway, as packaged by Debian, against etcd and MetaStore.</summary>
[Collection("processes")]
public sealed class OpenStackClientTests(ITestOutputHelper output)
{
    /// <summary>Both libraries concurrently: most of their time is spent waiting for watches without events.</summary>
    [SkippableFact]
    public async Task Etcd3gwAndTooz_PassTheSameTestsAsWithEtcd()
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        var (exitCode, why) = await ForeignTool.RunAsync(ForeignTool.Python, ["-c", "import oslotest, ddt, testscenarios, etcd3gw.tests, tooz.tests"]);
        Skip.If(exitCode != 0, $"python3-etcd3gw, python3-tooz or what their tests need is not installed: {why}");
        await using var etcd = ProcessCluster.OfEtcd(1);
        await using var metaStore = ProcessCluster.OfMetaStore(1);
        await Task.WhenAll(etcd.StartAsync(), metaStore.StartAsync());
        var outcomes = await Task.WhenAll(
            OutcomesAsync(etcd, "etcd3gw"), OutcomesAsync(metaStore, "etcd3gw"), OutcomesAsync(etcd, "tooz"), OutcomesAsync(metaStore, "tooz"));
        Compare(outcomes[0], outcomes[1], atLeast: 27);
        Compare(outcomes[2], outcomes[3], atLeast: 50);
    }

    private void Compare(Outcomes etcd, Outcomes metaStore, int atLeast)
    {
        var passed = etcd.Tests.Count(test => test.StartsWith("passed ", StringComparison.Ordinal));
        output.WriteLine($"{passed} of {etcd.Tests.Count} pass");
        Assert.True(passed >= atLeast, $"only {passed} pass with etcd:\n{etcd.Text}");
        Assert.True(etcd.Tests.SequenceEqual(metaStore.Tests), $"etcd:\n{etcd.Text}\nMetaStore:\n{metaStore.Text}");
        Assert.DoesNotContain(metaStore.Tests, test => test.StartsWith("failed ", StringComparison.Ordinal));
    }

    private static async Task<Outcomes> OutcomesAsync(ProcessCluster cluster, string library)
    {
        var (_, text) = await ForeignTool.RunAsync(ForeignTool.Python, ["openstack_tests.py", $"{cluster.Nodes[0].ClientUrl.Port}", library]);
        return new Outcomes(
            [.. text.Split('\n').Select(line => line.Split(' ')).Where(words => words[0] is "passed" or "failed" or "skipped" && words.Length > 1)
                .Select(words => $"{words[0]} {words[1]}")],
            text);
    }

    /// <summary>The result of each test, in order, and the complete output.</summary>
    private sealed record Outcomes(IReadOnlyList<string> Tests, string Text);
}
