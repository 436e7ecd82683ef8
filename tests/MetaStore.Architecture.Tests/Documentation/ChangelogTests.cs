using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Documentation;

/// <summary>CHANGELOG.md keeps the form that the release takes its notes from: Unreleased first, then versions, newest first, with known groups.</summary>
public sealed partial class ChangelogTests
{
    private static readonly string[] Groups = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Internals"];

    [Fact]
    public void Changelog_HasItsForm() => Assert.Equal("", string.Join('\n', Faults(Repository.Read("CHANGELOG.md"))));

    [Theory]
    [InlineData("## [0.1.0] - 2026-11-29\n", "the first section is [0.1.0], not [Unreleased]")]
    [InlineData("## [Unreleased]\n## 0.1.0\n", "## 0.1.0 is neither [Unreleased] nor a version with a date")]
    [InlineData("## [Unreleased]\n## [0.1.0] - soon\n", "## [0.1.0] - soon is neither [Unreleased] nor a version with a date")]
    [InlineData("## [Unreleased]\n## [0.1.0] - 2026-11-29\n## [0.2.0] - 2026-12-29\n", "[0.2.0] comes after [0.1.0]")]
    [InlineData("## [Unreleased]\n### Features\n", "### Features is none of Added, Changed, Deprecated, Removed, Fixed, Security, Internals")]
    [InlineData("## [Unreleased]\n### Added\n### Fixed\n### Added\n", "### Added is there twice in [Unreleased]")]
    public void Faults_AreSaid(string changelog, string fault) => Assert.Equal([fault], Faults(changelog));

    private static IEnumerable<string> Faults(string changelog)
    {
        string? section = null;
        Version? newer = null;
        var groups = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in changelog.Split('\n').Where(line => line.StartsWith("##", StringComparison.Ordinal)))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                if (!Groups.Contains(line[4..]))
                {
                    yield return $"{line} is none of {string.Join(", ", Groups)}";
                }
                else if (!groups.Add(line))
                {
                    yield return $"{line} is there twice in {section}";
                }

                continue;
            }

            Match heading = Heading().Match(line);
            if (!heading.Success)
            {
                yield return $"{line} is neither [Unreleased] nor a version with a date";
                continue;
            }

            string name = heading.Groups["name"].Value;
            if (section is null && name != "[Unreleased]")
            {
                yield return $"the first section is {name}, not [Unreleased]";
            }

            if (Version.TryParse(name.Trim('[', ']'), out Version? version))
            {
                if (newer is not null && version >= newer)
                {
                    yield return $"{name} comes after [{newer}]";
                }

                newer = version;
            }

            section = name;
            groups.Clear();
        }
    }

    [GeneratedRegex(@"^## (?<name>\[Unreleased\]|(\[\d+\.\d+\.\d+\])(?= - (\d{4}-\d\d-\d\d|not tagged yet)$))")]
    private static partial Regex Heading();
}
