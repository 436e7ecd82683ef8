using System.Text.Json;
using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Documentation;

/// <summary>docs/performance.md has the budgets that are checked, and figures whose results files are there.</summary>
public sealed partial class PerformancePageTests
{
    private static readonly string Page = Repository.Read("docs/performance.md");

    [Fact]
    public void Budgets_AreThoseOfTheFile()
    {
        var budgets = JsonSerializer.Deserialize<Dictionary<string, long>>(Repository.Read("perf/budgets.json"))!;
        Assert.Equal(
            budgets.Select(budget => $"{budget.Key} {budget.Value}"),
            Row().Matches(Page).Select(match => $"{match.Groups["stage"].Value} {match.Groups["bytes"].Value.Replace(",", "", StringComparison.Ordinal)}"));
    }

    /// <summary>A figure of a row with a results file beside it stands in that file.</summary>
    [Theory]
    [InlineData("perf/results/2026-12-01-beside-etcd.md", "1702", "935", "560", "1012", "44821", "10154", "4.50", "59778", "17612", "3.45", "26657", "17938", "1.44", "119469", "9.94", "236748", "15.11", "99934", "115963", "0.13")]
    [InlineData("perf/results/2026-11-30-beside-etcd.md", "12.21")]
    [InlineData("perf/results/2026-11-30-wide.md", "8013", "9323", "1.57", "3.66", "0.86", "0.43", "1.45", "7.30")]
    [InlineData("perf/results/2026-11-22-watch.md", "5,661,369", "2,424,205")]
    [InlineData("perf/results/2026-11-21-leases.md", "85,500", "10,034", "172", "239")]
    [InlineData("perf/results/2026-11-21-large-ranges.md", "1.47", "839.96")]
    [InlineData("perf/results/2026-11-21-many-keys.md", "14.4", "43.1", "187", "737")]
    [InlineData("perf/results/2026-11-29-gathered-calls.md", "8622", "4312", "35427", "13835")]
    [InlineData("perf/results/2026-11-30-gathered-calls.md", "91181", "112558", "18213", "5.01", "6.74")]
    [InlineData("perf/results/2026-11-30-gathered-calls-quiet.md", "90741", "98032", "13725", "5.62", "6.94")]
    [InlineData("perf/results/2026-11-29-memory.md", "58.8", "181.4", "483", "135", "685", "277")]
    [InlineData("perf/results/2026-11-29-log-in-files.md", "543", "700", "238")]
    public void Figures_StandInTheirResults(string results, params string[] figures)
    {
        string[] there = Number().Matches(Repository.Read(results)).Select(match => match.Value.Replace(",", "", StringComparison.Ordinal)).ToArray();
        string[] here = Number().Matches(Page).Select(match => match.Value.Replace(",", "", StringComparison.Ordinal)).ToArray();
        Assert.Contains($"../{results}", Page, StringComparison.Ordinal);
        Assert.All(figures.Select(figure => figure.Replace(",", "", StringComparison.Ordinal)), figure =>
        {
            Assert.Contains(figure, there);
            Assert.Contains(figure == "839.96" ? "840" : figure, here);
        });
    }

    [GeneratedRegex(@"^\| `(?<stage>[a-z0-9.-]+)` \| (?<bytes>[\d,]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\d[\d,]*(?:\.\d+)?")]
    private static partial Regex Number();
}
