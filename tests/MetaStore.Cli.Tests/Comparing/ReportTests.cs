using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using MetaStore.Cli.Comparing.Machine;
using MetaStore.Cli.Comparing.Reports;

namespace MetaStore.Cli.Tests.Comparing;

public sealed class ReportTests
{
    private static readonly XNamespace None = XNamespace.None;

    [Fact]
    public async Task Text_HasWarningsFirst_OneRowForEachCell_AndTheVerdict()
    {
        string[] lines = [.. TextReport.Lines(await ReportAsync("fixed,dynamic", warnings: ["this machine is busy"]))];
        Assert.Equal("WARNING: this machine is busy", lines[0]);
        Assert.Equal("Puts of 256 B to the leader, 127.0.0.1:2379; 7 rounds of 1 s, shuffled with seed 1", lines[2]);
        Assert.Matches(@"^callers  mode +puts/s +against off \(95 %\)  p50 ms +against off \(95 %\)  p99 ms  puts/entry  failed$", lines[3]);
        Assert.Matches(@"^ +1  off +9\d\d +1 +1\.\d\d +1 +3\.\d\d +1\.0 +0$", lines[4]);
        Assert.Matches(@"^ +fixed +1\d\d  0\.1\d \(0\.1\d to 0\.1\d\)", lines[5]);
        Assert.Matches(@"^ +1,000  off", lines[10]);
        Assert.StartsWith("dynamic is 2.5 times off at 1,000 callers", lines[14], StringComparison.Ordinal);
        Assert.StartsWith("- fixed is 2.5 times off at 1,000 callers", lines[15], StringComparison.Ordinal);
        Assert.Contains("2 cores, AMD EPYC, 24 GiB, Debian, .NET 10; before: idle 97 %, load average 0.42; 3 members, etcd API 3.6.14", lines);
        Assert.Equal("a note", lines[^1]);
    }

    [Fact]
    public async Task Json_HasEveryRound_AndEverythingThatWasDerived()
    {
        var report = await ReportAsync("fixed,dynamic", failed: 2);
        var json = JsonNode.Parse(JsonReport.Text(report))!;
        Assert.Equal(report.Comparison.Verdicts[0].Text, (string?)json["verdict"]);
        Assert.Equal(3 * 3, json["cells"]!.AsArray().Count);
        Assert.All(json["cells"]!.AsArray(), cell => Assert.Equal(7, cell!["rounds"]!.AsArray().Count));
        Assert.Equal(2, (int)json["cells"]![0]!["rounds"]![0]!["failures"]!["Unavailable: etcdserver: no leader"]!);
        Assert.Equal(14, (int)json["cells"]![0]!["failed"]!);
        Assert.Equal(["fixed/off", "dynamic/off", "dynamic/fixed"], json["ratios"]!.AsArray().Take(3).Select(ratio => $"{ratio!["mode"]}/{ratio["against"]}"));
        var estimate = json["ratios"]!.AsArray().Last()!["throughput"]!;
        Assert.True((double)estimate["low"]! <= (double)estimate["ratio"]! && (double)estimate["ratio"]! <= (double)estimate["high"]!);
        Assert.Equal(0.97, (double)json["machine"]!["load_before"]!["idle"]!);
        Assert.DoesNotContain('\n', JsonReport.Text(report));
    }

    [Fact]
    public async Task Html_StandsAlone_AndEveryChartHasNameDescriptionAndTable()
    {
        var html = HtmlReport.Of(await ReportAsync("all", warnings: ["busy & <odd>"]));
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("prefers-color-scheme: dark", html, StringComparison.Ordinal);
        Assert.Contains("<li>busy &amp; &lt;odd&gt;</li>", html, StringComparison.Ordinal);

        var page = Parse(html);
        string[] ids = [.. page.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Distinct().Count(), ids.Length);
        var charts = page.Descendants(None + "svg").ToArray();
        Assert.Equal(4, charts.Length);
        Assert.All(charts, chart =>
        {
            Assert.Equal("img", chart.Attribute("role")!.Value);
            Assert.All(chart.Attribute("aria-labelledby")!.Value.Split(' '), id => Assert.Contains(chart.Elements(), part => part.Attribute("id")?.Value == id && part.Value.Length > 0));
            Assert.Single(chart.ElementsAfterSelf().First().Descendants(None + "table"));
        });
        Assert.All(page.Descendants(None + "table"), table => Assert.NotNull(table.Element(None + "caption")));

        // Marks stay inside the chart, and every value of a chart is in its table as well.
        Assert.All(charts.SelectMany(chart => chart.Elements(None + "circle")), dot => Assert.InRange(double.Parse(dot.Attribute("cx")!.Value), 110, 530));
        Assert.All(charts, chart => Assert.Equal(
            chart.Elements(None + "text").Where(text => text.Attribute("class")!.Value == "figure").Select(text => text.Value),
            chart.ElementsAfterSelf().First().Descendants(None + "td").Select(cell => cell.Value)));
    }

    [Fact]
    public async Task Html_OfOneRound_HasNoIntervals() => Assert.DoesNotContain(
        Parse(HtmlReport.Of(await ReportAsync("dynamic", rounds: 1))).Descendants(None + "line"),
        line => line.Attribute("class")!.Value.StartsWith("whisker", StringComparison.Ordinal));

    private static XDocument Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    private static async Task<ComparisonReport> ReportAsync(string modes, string[]? warnings = null, int rounds = 7, long failed = 0)
    {
        var cluster = new SimulatedCluster((mode, callers) => (mode, callers) switch { ("fixed" or "classic", 1) => 120, (_, 1) => 950, ("off", _) => 20_000, (_, 50) => 22_000, _ => 50_000 }, noise: 0.005) { FailedPuts = failed };
        return new ComparisonReport
        {
            Comparison = await cluster.CompareAsync(SimulatedCluster.Plan(modes, rounds)),
            Warnings = warnings ?? [],
            Notes = ["a note"],
            Machine = new MachineFacts(2, "AMD EPYC", 24L << 30, "Debian", ".NET 10"),
            LoadBefore = new MachineLoad(0.97, 0, 0.42),
            LoadAfter = null,
            Members = ["127.0.0.1:2379", "127.0.0.1:22379", "127.0.0.1:32379"],
            Version = "3.6.14",
            Target = "the leader, 127.0.0.1:2379",
            Began = DateTimeOffset.UnixEpoch,
            Took = TimeSpan.FromSeconds(90),
        };
    }
}
