using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Documentation;

/// <summary>Links and paths in the documentation must exist.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Documents =>
        [.. Repository.Files("docs", "*.md").Concat(Directory.EnumerateFiles(Repository.Root, "*.md").Select(path => Path.GetFileName(path)!))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void RelativeLinks_Resolve(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        var broken = Link().Matches(Repository.Read(document))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#') && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(folder, target.Split('#')[0])));
        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void SourcePathsInCode_Exist(string document)
    {
        var broken = SourcePath().Matches(Repository.Read(document))
            .Select(match => match.Groups["path"].Value.TrimEnd('.', ',', ':', '/'))
            .Where(path => !path.Contains('*', StringComparison.Ordinal) && !path.Contains('<', StringComparison.Ordinal))
            .Where(path => !Path.Exists(Path.Combine(Repository.Root, path)));
        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("docs/write-path.md")]
    [InlineData("docs/read-path.md")]
    [InlineData("docs/watch.md")]
    public void StageMaps_NameTypesThatExist(string document)
    {
        var sources = Repository.Files("src", "*.cs").Select(path => Path.GetFileNameWithoutExtension(path)!).ToHashSet(StringComparer.Ordinal);
        var stages = StageRow().Matches(Repository.Read(document)).ToList();
        Assert.NotEmpty(stages);

        var missing = stages
            .SelectMany(row => CodeWord().Matches(row.Groups["types"].Value).Select(word => word.Groups["name"].Value))
            .Where(type => !sources.Contains(type));
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("docs/write-path.md")]
    [InlineData("docs/read-path.md")]
    [InlineData("docs/watch.md")]
    public void StageMaps_NameFoldersThatExist(string document)
    {
        var missing = StageRow().Matches(Repository.Read(document))
            .Select(row => row.Groups["stage"].Value)
            .SelectMany(stage => stage[(stage.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split(','))
            .Select(folder => $"src/MetaStore.{folder.Trim()}")
            .Where(folder => !Directory.Exists(Path.Combine(Repository.Root, folder)));
        Assert.Empty(missing);
    }

    [Fact]
    public void Adrs_AreNumberedWithoutGaps()
    {
        var numbers = Repository.Files("docs/adr", "*.md").Select(path => int.Parse(Path.GetFileName(path)[..4])).ToArray();
        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
    }

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<path>(?:src|tests|perf|proto|configs|eng|docs)/[A-Za-z0-9_./*<>-]+)`")]
    private static partial Regex SourcePath();

    [GeneratedRegex(@"^\|\s*\d+\s*\|(?<stage>[^|]*)\|(?<types>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex StageRow();

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z0-9]+)`")]
    private static partial Regex CodeWord();
}
