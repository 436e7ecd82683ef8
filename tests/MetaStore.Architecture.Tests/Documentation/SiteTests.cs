using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Documentation;

/// <summary>The site has every page, and its links lead somewhere.</summary>
public sealed partial class SiteTests
{
    /// <summary>Where <c>make site</c> has built it.</summary>
    private static readonly string Site = Path.Combine(Repository.Root, "artifacts", "site");

    [Fact]
    public void EveryPage_IsInTheTableOfContents()
    {
        var listed = Listed().Matches(Repository.Read("docs/toc.yml")).Select(match => match.Groups["page"].Value).ToList();
        var pages = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(path => Path.GetFileName(path)!);
        Assert.Equal(pages.Order(StringComparer.Ordinal), listed.Where(page => !page.StartsWith("../", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(listed.Count, listed.Distinct().Count());
    }

    [Fact]
    public void EveryPage_IsLinkedFromTheIndex()
    {
        var index = Repository.Read("docs/index.md");
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(path => Path.GetFileName(path)!).Where(page => page != "index.md"),
            page => Assert.Contains($"({page}", index, StringComparison.Ordinal));
    }

    /// <summary>Run by <c>make site</c>, which sets METASTORE_SITE; elsewhere there is no built site, or an old one.</summary>
    [SkippableFact]
    public void LinksAndAnchors_OfTheBuiltSite_Resolve()
    {
        Skip.If(Environment.GetEnvironmentVariable("METASTORE_SITE") is null, "make site builds the site and runs this");
        var pages = Directory.EnumerateFiles(Site, "*.html", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllText);
        var anchors = pages.ToDictionary(page => page.Key, page => Id().Matches(page.Value).Select(match => WebUtility.HtmlDecode(match.Groups["id"].Value)).ToHashSet(StringComparer.Ordinal));
        List<string> broken = [];
        var links = 0;
        foreach (var (path, text) in pages)
        {
            foreach (var link in Reference().Matches(text).Select(match => WebUtility.HtmlDecode(match.Groups["link"].Value)).Where(IsInternal))
            {
                links++;
                var parts = link.Split('#');
                var target = parts[0].Length == 0 ? path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, Uri.UnescapeDataString(parts[0].Split('?')[0])));
                target = Directory.Exists(target) ? Path.Combine(target, "index.html") : target;
                var fragment = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : string.Empty;
                if (!File.Exists(target) || (fragment.Length > 0 && anchors.TryGetValue(target, out var there) && !there.Contains(fragment)))
                {
                    broken.Add($"{Path.GetRelativePath(Site, path)}: {link}");
                }
            }
        }

        Assert.Empty(broken.Distinct());
        Assert.True(links > 1000, $"only {links} links were found");
        using var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(Site, "index.json")));
        Assert.True(index.RootElement.EnumerateObject().Count() > 60, "the index of the search is too small");
    }

    private static bool IsInternal(string link) =>
        link.Length > 0 && !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal) && !link.StartsWith("data:", StringComparison.Ordinal);

    [GeneratedRegex("href: (?<page>[A-Za-z./-]+\\.md)")]
    private static partial Regex Listed();

    [GeneratedRegex("(?:href|src)=\"(?<link>[^\"]*)\"")]
    private static partial Regex Reference();

    [GeneratedRegex("\\bid=\"(?<id>[^\"]*)\"")]
    private static partial Regex Id();
}
