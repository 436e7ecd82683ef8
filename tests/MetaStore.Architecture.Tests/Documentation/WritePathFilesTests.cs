using System.Globalization;
using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Documentation;

/// <summary>The list of files that a put passes (docs/write-path.md) names files that exist, once each, and its numbers are right.</summary>
public sealed partial class WritePathFilesTests
{
    [Fact]
    public void EachName_IsAFile_AndTheNumbersAreRight()
    {
        HashSet<string> files = [.. Repository.Files("src", "*.cs").Select(path => Path.GetFileNameWithoutExtension(path)!)];
        string text = Repository.Read("docs/write-path.md");
        (int Count, string[] Names)[] rows =
        [
            .. Row().Matches(text[text.IndexOf("## Files", StringComparison.Ordinal)..])
                .Select(row => (int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), Name().Matches(row.Groups[2].Value).Select(name => name.Groups[1].Value).ToArray())),
        ];
        Assert.Equal(11, rows.Length);
        Assert.All(rows[..^1], row => Assert.Equal(row.Count, row.Names.Length));
        string[] names = [.. rows.SelectMany(row => row.Names)];
        Assert.All(names, name => Assert.Contains(name, files));
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(rows[^1].Count, names.Length);
    }

    [GeneratedRegex(@"^\| [^|]+ \| (\d+) \| ([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Za-z0-9]+)`")]
    private static partial Regex Name();
}
