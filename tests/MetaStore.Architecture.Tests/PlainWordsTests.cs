using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests;

/// <summary>
/// Comments, messages and documentation use the field's words. Lines with words that read as private ("behind" for after, "told", "nobody",
/// "door", "fate") are counted per project, and no count may rise. Lower a limit when its count has fallen.
/// </summary>
public sealed partial class PlainWordsTests
{
    public static TheoryData<string, int> Limits => new()
    {
        { "perf/MetaStore.Bench", 29 },
        { "perf/MetaStore.Benchmarks", 1 },
        { "perf/MetaStore.Charts", 0 },
        { "perf/MetaStore.Consensus", 0 },
        { "perf/MetaStore.LoadGen", 0 },
        { "src/MetaStore.Batching", 20 },
        { "src/MetaStore.Cli", 35 },
        { "src/MetaStore.Client", 0 },
        { "src/MetaStore.Engines", 0 },
        { "src/MetaStore.IO", 0 },
        { "src/MetaStore.Raft", 0 },
        { "src/MetaStore.Raft.Runtime", 0 },
        { "src/MetaStore.Raft.Storage", 0 },
        { "src/MetaStore.Server", 112 },
        { "src/MetaStore.StateMachine", 0 },
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
        Assert.Equal(projects.Order(StringComparer.Ordinal), areas.Where(area => area.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("// what comes behind the marker", true)]
    [InlineData("// Whoever waits is told.", true)]
    [InlineData("a server behind a proxy", false)]
    [InlineData("a client behind a load balancer or behind the firewall", false)]
    [InlineData("// falls behind the door of a proxy", true)]
    [InlineData("FallenBehind", false)]
    public void Pattern_FindsWholeWordsOnly(string line, bool isPrivate) => Assert.Equal(isPrivate, IsPrivate(line));

    private static IEnumerable<string> Areas() => new[] { "src", "perf" }
        .SelectMany(folder => Repository.Files(folder, "*.cs").Select(path => string.Join('/', path.Split('/')[..2])))
        .Distinct();

    private static IEnumerable<string> FilesOf(string area) => area switch
    {
        "docs" => Repository.Files("docs", "*.md"),
        "CHANGELOG.md" => [area],
        _ => Repository.Files(area, "*.cs"),
    };

    private static IEnumerable<string> LinesWithPrivateWords(string path) => Repository.Read(path).Split('\n')
        .Select((line, at) => (Line: line, At: at + 1))
        .Where(row => IsPrivate(row.Line))
        .Select(row => $"{path}:{row.At}: {row.Line.Trim()}");

    private static bool IsPrivate(string line) => Words().IsMatch(Network().Replace(line, " "));

    [GeneratedRegex(@"\b(behind|tells?|told|nobody|somebody|whoever|doors?|fates?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    [GeneratedRegex(@"\bbehind (a|an|the|its) (reverse proxy|proxy|firewall|load balancer|NAT)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Network();
}
