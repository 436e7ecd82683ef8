using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MetaStore.Architecture.Tests.Documentation;

/// <summary>The table in docs/dependencies.md equals Directory.Packages.props, and every package in it is used.</summary>
public sealed partial class DependencyTableTests
{
    private const string Document = "docs/dependencies.md";
    private const string Pins = "Directory.Packages.props";

    [Fact]
    public void EveryPackage_HasItsRow_WithItsVersion() =>
        Assert.Equal("", string.Join('\n', Differences(Pinned(Repository.Read(Pins)), Rows(Repository.Read(Document)))));

    [Fact]
    public void Differences_AreSaidByName()
    {
        (string, string)[] pinned = [("A", "1.0"), ("B", "2.0"), ("C", "3.0")];
        (string, string)[] rows = [("A", "1.0"), ("B", "1.9"), ("D", "4.0"), ("A", "1.0")];
        Assert.Equal(
            [
                "B is 2.0 in Directory.Packages.props and 1.9 in the table of docs/dependencies.md",
                "C 3.0 of Directory.Packages.props has no row in the table of docs/dependencies.md: add | C | 3.0 | licence | used by | why |",
                "D 4.0 has a row in docs/dependencies.md and is not in Directory.Packages.props: remove the row",
                "A has 2 rows in docs/dependencies.md",
            ],
            Differences(pinned, rows));
    }

    [Fact]
    public void EveryRow_HasALicenceAPlaceAndAReason() =>
        Assert.DoesNotContain(Row().Matches(Repository.Read(Document)), row => row.Groups["rest"].Value.Split('|').Take(3).Any(string.IsNullOrWhiteSpace));

    [Fact]
    public void UsedBy_NamesTheProjectsThatReferenceThePackage()
    {
        string[] projects = [.. Repository.Files("src", "*.csproj").Concat(Repository.Files("perf", "*.csproj"))];
        var places = Row().Matches(Repository.Read(Document)).ToDictionary(row => row.Groups["name"].Value, row => row.Groups["rest"].Value.Split('|')[1]);
        var wrong = Pinned(Repository.Read(Pins)).SelectMany(pin => projects
            .Where(project => places.ContainsKey(pin.Name))
            .Select(project => (pin.Name, Folder: Path.GetDirectoryName(project)!, References: Repository.Read(project).Contains($"Include=\"{pin.Name}\"", StringComparison.Ordinal)))
            .Where(use => use.References != places[use.Name].Contains($"`{use.Folder}`", StringComparison.Ordinal))
            .Select(use => $"{use.Name}: {use.Folder} {(use.References ? "references it and is not named" : "is named and does not reference it")}"));
        Assert.Equal("", string.Join('\n', wrong));
    }

    private static IEnumerable<string> Differences(IReadOnlyCollection<(string Name, string Version)> pinned, IReadOnlyCollection<(string Name, string Version)> rows)
    {
        ILookup<string, string> versions = rows.ToLookup(row => row.Name, row => row.Version, StringComparer.Ordinal);
        foreach ((string name, string version) in pinned)
        {
            if (!versions.Contains(name))
            {
                yield return $"{name} {version} of {Pins} has no row in the table of {Document}: add | {name} | {version} | licence | used by | why |";
            }
            else if (versions[name].First() != version)
            {
                yield return $"{name} is {version} in {Pins} and {versions[name].First()} in the table of {Document}";
            }
        }

        foreach ((string name, string version) in rows.Where(row => pinned.All(pin => pin.Name != row.Name)))
        {
            yield return $"{name} {version} has a row in {Document} and is not in {Pins}: remove the row";
        }

        foreach (IGrouping<string, string> several in versions.Where(row => row.Count() > 1))
        {
            yield return $"{several.Key} has {several.Count()} rows in {Document}";
        }
    }

    private static (string Name, string Version)[] Pinned(string properties) =>
    [
        .. XDocument.Parse(properties).Descendants("PackageVersion")
            .Select(pin => (pin.Attribute("Include")!.Value, pin.Attribute("Version")!.Value)),
    ];

    private static (string Name, string Version)[] Rows(string document) =>
        [.. Row().Matches(document).Select(row => (row.Groups["name"].Value, row.Groups["version"].Value))];

    /// <summary>A row of the packages' table: its second cell is a version, unlike in the other table.</summary>
    [GeneratedRegex(@"^\| (?<name>[A-Za-z][A-Za-z0-9.-]*) \| (?<version>\d+\.\d+[0-9A-Za-z.-]*) \|(?<rest>.*)$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
