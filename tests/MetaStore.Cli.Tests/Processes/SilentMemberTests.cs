using MetaStore.Cli.Diagnosis;
using MetaStore.Client;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>A member that is gone for longer than it may: what metactl, the log and the metrics say, with a quorum and without.</summary>
[Collection(nameof(OneAtATime))]
public sealed class SilentMemberTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Member_Killed_IsShownWithWhatToType_AndThatWorks()
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, "--member-silent-after=2s");
        await cluster.StartAsync();
        var lost = cluster.Nodes[2];
        string[] asked = ["--endpoints", $"{cluster.Nodes[0].Endpoint},{cluster.Nodes[1].Endpoint}", "--command-timeout", "60s"];
        var (_, list, error) = await InProcess.RunAsync([.. asked, "member", "list"]);
        Assert.Equal("", error);
        var id = list.Split('\n').Single(line => line.Contains($", {lost.Name}, ", StringComparison.Ordinal)).Split(',')[0];

        await lost.Process!.KillAsync();
        var hint = $"metactl member remove {id} && metactl member add {lost.Name} --learner --peer-urls={lost.PeerUrl}";
        await Eventually.TrueAsync(async () => (await InProcess.RunAsync([.. asked, "member", "list"])).Error.Contains(hint, StringComparison.Ordinal), Limit, () => "there is no hint");
        var (code, health, complaint) = await InProcess.RunAsync([.. asked, "endpoint", "health"]);
        Assert.True(code == 0 && complaint.Contains(hint, StringComparison.Ordinal), complaint);
        Assert.DoesNotContain("Hint", health, StringComparison.Ordinal);

        // One line, of the leader.
        int Lines() => cluster.Nodes.Take(2).Sum(node => node.Process!.Output.Split('\n').Count(line => line.Contains("has not been heard from for", StringComparison.Ordinal)));
        await Eventually.TrueAsync(() => Lines() > 0, Limit, () => "nothing is logged");
        Assert.Equal(1, Lines());
        Assert.Contains(cluster.Nodes.Take(2), node => node.Process!.Output.Contains($"metactl member remove {id}; metactl member add {lost.Name} --learner", StringComparison.Ordinal));

        using var http = new HttpClient();
        var page = await http.GetStringAsync(new Uri(cluster.Nodes[0].ClientUrl, "/metrics"));
        var metric = page.Split('\n').Single(line => line.StartsWith($"metastore_member_silent_seconds{{member=\"{id}\"}}", StringComparison.Ordinal));
        Assert.True(double.Parse(metric.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) > 2, metric);

        // What the hint says can be typed.
        await Eventually.TrueAsync(async () => (await InProcess.RunAsync([.. asked, "member", "remove", id])).Code == 0, Limit, () => "it cannot be removed");
        Assert.Equal(0, (await InProcess.RunAsync([.. asked, "member", "add", lost.Name, "--learner", $"--peer-urls={lost.PeerUrl}"])).Code);
    }

    [Fact]
    public async Task Majority_Killed_NothingCanBeReplaced_AndTheHintSaysSo()
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, "--member-silent-after=2s");
        await cluster.StartAsync();
        await cluster.Nodes[1].Process!.KillAsync();
        await cluster.Nodes[2].Process!.KillAsync();
        using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(cluster.Nodes[0].Endpoint) with { CommandTimeout = Limit });

        // Before the last member knows that it has no leader, the hint has the reason of a cluster that has one.
        string[] hints = [];
        await Eventually.TrueAsync(
            async () =>
            {
                hints = [.. (await client.Cluster.SilentMembersAsync()).Members.Select(ReplacementHints.TextOf)];
                return hints.Count(hint => hint.Contains("It cannot be replaced now: no majority of members is connected", StringComparison.Ordinal)) == 2;
            },
            Limit,
            () => string.Join('\n', hints));
    }
}
