using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Documentation;

/// <summary>
/// Comments, messages and documentation use the usual terms. Lines with words that are private to this code base ("behind" for after, "told",
/// "nobody", "door", "hand over" for pass or transfer) are counted per area, and no count may rise. Lower a limit when its count has fallen.
/// </summary>
public sealed partial class PlainWordsTests
{
    public static TheoryData<string, int> Limits => new()
    {
        { "perf/MetaStore.Bench", 0 },
        { "perf/MetaStore.Benchmarks", 0 },
        { "perf/MetaStore.Charts", 0 },
        { "perf/MetaStore.Consensus", 0 },
        { "perf/MetaStore.LoadGen", 0 },
        { "src/MetaStore.Batching", 0 },
        { "src/MetaStore.Bolt", 0 },
        { "src/MetaStore.Cli", 0 },
        { "src/MetaStore.Client", 0 },
        { "src/MetaStore.Engines", 0 },
        { "src/MetaStore.Hosting", 0 },
        { "src/MetaStore.IO", 0 },
        { "src/MetaStore.Raft", 0 },
        { "src/MetaStore.Raft.Runtime", 0 },
        { "src/MetaStore.Raft.Storage", 0 },
        { "src/MetaStore.Server", 0 },
        { "src/MetaStore.StateMachine", 0 },
        { "tests", 1 },
        { "CHANGELOG.md", 0 },
        { "docs", 0 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void LinesWithPrivateWords_AreNotMoreThanBefore(string area, int limit)
    {
        string[] found = [.. FilesOf(area).SelectMany(LinesWithPrivateWords)];
        Assert.True(found.Length <= limit, $"{area}: {found.Length} lines instead of at most {limit}:\n{string.Join('\n', found)}");
    }

    [Fact]
    public void EveryProjectHasALimit()
    {
        string[] areas = [.. Limits.Select(row => (string)row[0])];
        string[] projects = [.. Areas()];
        Assert.Equal(projects.Order(StringComparer.Ordinal), areas.Where(area => area.StartsWith("src/", StringComparison.Ordinal) || area.StartsWith("perf/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("// what comes behind the marker", true)]
    [InlineData("// Whoever waits is told.", true)]
    [InlineData("a server behind a proxy", false)]
    [InlineData("a client behind a load balancer or behind the firewall", false)]
    [InlineData("// falls behind the door of a proxy", true)]
    [InlineData("// hands leadership over", true)]
    [InlineData("// a batch on its way, and others under way", true)]
    [InlineData("// a way to hand overlapping ranges to the reader", false)]
    [InlineData("FallenBehind", false)]
    [InlineData("HandOverIsQuiet", false)]
    public void Pattern_FindsWholeWordsOnly(string line, bool isPrivate) => Assert.Equal(isPrivate, IsPrivate(line));

    private static IEnumerable<string> Areas() => new[] { "src", "perf" }
        .SelectMany(folder => Repository.Files(folder, "*.cs").Select(path => string.Join('/', path.Split('/')[..2])))
        .Distinct();

    private static IEnumerable<string> FilesOf(string area) => area switch
    {
        "docs" => Repository.Files("docs", "*.md"),
        "CHANGELOG.md" => [area],
        "tests" => Repository.Files(area, "*.cs").Where(path => !path.EndsWith("/PlainWordsTests.cs", StringComparison.Ordinal)),
        _ => Repository.Files(area, "*.cs"),
    };

    private static IEnumerable<string> LinesWithPrivateWords(string path) => Repository.Read(path).Split('\n')
        .Select((line, at) => (Line: line, At: at + 1))
        .Where(row => IsPrivate(row.Line))
        .Select(row => $"{path}:{row.At}: {row.Line.Trim()}");

    private static bool IsPrivate(string line) => Words().IsMatch(Network().Replace(line, " "));

    [GeneratedRegex(
        @"\b(behind|tells?|told|nobody|somebody|anybody|everybody|whoever|whom|strangers?|doors?|fates?|silence|anew|lest|in vain|by chance|for good|for ever"
        + @"|hand(s|ed|ing)? (\w+ )?over|hand-over|pass(es|ed) over|let(s|ting)? go|under way|on (its|their) way)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    [GeneratedRegex(@"\bbehind (a|an|the|its) (reverse proxy|proxy|firewall|load balancer|NAT)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Network();
}
