using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Server.Tests.Listening.Tls;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Observability;

/// <summary>The dashboard for Grafana and the alert rules of the folder monitoring: promtool takes them, and what they ask for is on /metrics.</summary>
public sealed partial class MonitoringTests
{
    /// <summary>Made by Prometheus itself.</summary>
    private static readonly string[] OfPrometheus = ["up"];

    private static readonly string[] Labels = ["grpc_method"];

    /// <summary>On the page of a member that has peers; the one that is asked here is alone.</summary>
    private static readonly string[] OfMembersWithPeers = ["etcd_network_peer_round_trip_time_seconds_bucket"];

    private static readonly string s_folder = Path.Combine(Programs.SourceTree, "monitoring");

    [SkippableTheory]
    [InlineData("check", "rules", "alerts.yaml")]
    [InlineData("test", "rules", "alerts.test.yaml")]
    public async Task Promtool_TakesTheAlerts(params string[] arguments)
    {
        Skip.If(Programs.Promtool is null, "promtool is not installed: run make test-deps");
        using var promtool = Process.Start(new ProcessStartInfo(Programs.Promtool, arguments)
        {
            WorkingDirectory = s_folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> output = promtool.StandardOutput.ReadToEndAsync();
        string errors = await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0, await output + errors);
    }

    [Fact]
    public void EveryAlert_IsTested()
    {
        string tests = File.ReadAllText(Path.Combine(s_folder, "alerts.test.yaml"));
        string[] alerts = [.. AlertName().Matches(File.ReadAllText(Path.Combine(s_folder, "alerts.yaml"))).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert => Assert.Contains(alert, tests, StringComparison.Ordinal));
    }

    [Fact]
    public async Task EveryMetric_ThatIsAskedFor_IsOnThePage()
    {
        // With an https address, for the figures of TLS.
        await using TlsNode node = await TlsNode.StartAsync((_, _) => []);
        await node.Node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = ByteString.CopyFromUtf8("a") });
        using HttpClient http = node.Http();
        string page = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        HashSet<string> there = [.. PrometheusFamily.Read(page).SelectMany(family => family.Samples).Select(sample => sample.Name), .. OfPrometheus];
        string[] types = [.. TypeLine().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.All(OfMembersWithPeers, name => Assert.Contains(name[..name.LastIndexOf('_')], types));
        string[] asked = [.. Expressions().SelectMany(expression => MetricName().Matches(expression).Select(match => match.Value)).Distinct()];
        Assert.InRange(asked.Length, 25, 500);
        Assert.Empty(asked.Except(there).Except(OfMembersWithPeers).Except(Labels));
    }

    [Fact]
    public void EveryPanel_HasATitleADescriptionAndAPlaceOfItsOwn()
    {
        JsonElement[] panels = [.. Panels()];
        Assert.Equal(panels.Length, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.Equal(panels.Length, panels.Select(panel => (panel.GetProperty("gridPos").GetProperty("x").GetInt32(), panel.GetProperty("gridPos").GetProperty("y").GetInt32())).Distinct().Count());
        Assert.All(panels.Where(panel => panel.GetProperty("type").GetString() != "row"), panel => Assert.NotEqual("", panel.GetProperty("description").GetString()));
    }

    /// <summary>Everything that is asked of Prometheus, without what stands in quotes and braces.</summary>
    private static IEnumerable<string> Expressions() => Panels()
        .Where(panel => panel.TryGetProperty("targets", out _))
        .SelectMany(panel => panel.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("expr").GetString()!))
        .Concat(AlertExpression().Matches(File.ReadAllText(Path.Combine(s_folder, "alerts.yaml"))).Select(match => match.Groups[1].Value))
        .Select(expression => Braces().Replace(expression, " "));

    private static IEnumerable<JsonElement> Panels() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder, "grafana-dashboard.json"))).RootElement.GetProperty("panels").EnumerateArray();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"expr: (.+)")]
    private static partial Regex AlertExpression();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\b(?:up|(?:etcd|metastore|grpc|process)_\w+)\b")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"^# TYPE (\S+) ", RegexOptions.Multiline)]
    private static partial Regex TypeLine();
}
