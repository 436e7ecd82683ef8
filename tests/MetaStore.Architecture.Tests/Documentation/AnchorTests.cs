using System.Text;
using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Documentation;

/// <summary>Links to a heading name one that there is.</summary>
public sealed partial class AnchorTests
{
    public static TheoryData<string> Documents => DocumentationTests.Documents;

    [Theory]
    [MemberData(nameof(Documents))]
    public void LinksToHeadings_Resolve(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        var broken = Link().Matches(WithoutCode(Repository.Read(document)))
            .Select(match => (Path: match.Groups["path"].Value, Anchor: match.Groups["anchor"].Value))
            .Where(link => !link.Path.Contains("://", StringComparison.Ordinal) && (link.Path.Length == 0 || link.Path.EndsWith(".md", StringComparison.Ordinal)))
            .Where(link => !Anchors(File.ReadAllText(link.Path.Length == 0 ? Path.Combine(Repository.Root, document) : Path.Combine(folder, link.Path))).Contains(link.Anchor));
        Assert.Empty(broken);
    }

    [Fact]
    public void Anchors_AreThoseOfGitHub() => Assert.Equal(
        ["one-two", "a-metastore-b", "what-to-expect-the-gain-has-the-shape-of-an-s", "one-two-1"],
        Anchors("# One two\ntext\n## A `metastore` & b\n## What to expect: the gain has the shape of an S\n```sh\n# no heading\n```\n### One two\n").Select(anchor => anchor.Replace("--", "-", StringComparison.Ordinal)));

    private static List<string> Anchors(string page)
    {
        var anchors = new List<string>();
        foreach (Match heading in Heading().Matches(WithoutCode(page)))
        {
            var anchor = Slug(heading.Groups["text"].Value.Trim());
            var same = anchors.Count(other => other == anchor || Regex.IsMatch(other, $@"^{Regex.Escape(anchor)}-\d+$"));
            anchors.Add(same == 0 ? anchor : $"{anchor}-{same}");
        }

        return anchors;
    }

    private static string Slug(string heading)
    {
        var slug = new StringBuilder();
        foreach (var at in LinkText().Replace(heading, "${text}").ToLowerInvariant())
        {
            slug.Append(at is ' ' ? "-" : char.IsLetterOrDigit(at) || at is '-' or '_' ? at.ToString() : string.Empty);
        }

        return slug.ToString();
    }

    private static string WithoutCode(string page) => Fence().Replace(page, string.Empty);

    [GeneratedRegex(@"\[[^\]]*\]\((?<path>[^)\s#]*)#(?<anchor>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#{1,6} (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex("^ *```.*?^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
