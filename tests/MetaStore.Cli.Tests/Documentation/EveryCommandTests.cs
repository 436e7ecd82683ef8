using System.Text.RegularExpressions;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Documentation;

/// <summary>Every command of the documentation is run by a test, builds or tests the sources, or says in its first line why it is not run.</summary>
public sealed partial class EveryCommandTests
{
    /// <summary>Pages whose blocks are run, all of them, and the class that does it.</summary>
    private static readonly Dictionary<string, Type> RunBy = new()
    {
        ["README.md"] = typeof(Processes.ReadmeTests),
        ["docs/engines.md"] = typeof(GettingStartedTests),
        ["docs/faq.md"] = typeof(GettingStartedTests),
        ["docs/from-etcd.md"] = typeof(MigrationPagesTests),
        ["docs/migration.md"] = typeof(MigrationPagesTests),
        ["docs/operations.md"] = typeof(OperationsGuideTests),
        ["docs/quick-start.md"] = typeof(GettingStartedTests),
        ["docs/security.md"] = typeof(SecurityPagesTests),
        ["docs/users.md"] = typeof(SecurityPagesTests),
        ["src/MetaStore.Cli/README.md"] = typeof(GettingStartedTests),
        ["src/MetaStore.Server/README.md"] = typeof(GettingStartedTests),
    };

    /// <summary>What is not run, and what it needs.</summary>
    private static readonly string[] NotRun =
    [
        "docs/install.md: the files of a release (make dist-test runs them)",
        "docs/install.md: systemd (make dist-test installs the package without it)",
        "docs/install.md: systemd",
        "docs/install.md: Docker",
        "docs/install.md: Docker",
        "docs/install.md: a Kubernetes cluster",
        "docs/install.md: a Kubernetes cluster",
        "docs/quick-start.md: systemd",
        "docs/quick-start.md: a Kubernetes cluster",
    ];

    private static IEnumerable<CommandBlock> All => CommandBlock.Pages.SelectMany(CommandBlock.Of);

    [Fact]
    public void PagesWithCommands_AreThoseThatTestsRun() =>
        Assert.Equal(RunBy.Keys.Order(StringComparer.Ordinal), CommandBlock.Pages.Where(page => CommandBlock.RunOf(page).Count > 0));

    [Fact]
    public void WhatIsNotRun_SaysWhatItNeeds() =>
        Assert.Equal(NotRun, All.Where(block => block.Needs is not null).Select(block => $"{block.Page}: {block.Needs?.Replace("needs ", "", StringComparison.Ordinal)}"));

    [Fact]
    public void CommandsAreInBlocksOfTheKindSh() => Assert.Empty(CommandBlock.Pages
        .SelectMany(page => OtherKind().Matches(File.ReadAllText(Path.Combine(Programs.SourceTree, page))).Select(match => $"{page}: {match.Value}")));

    [Fact]
    public void TargetsAndProjects_Exist()
    {
        var makefile = File.ReadAllText(Path.Combine(Programs.SourceTree, "Makefile"));
        var targets = MakeTarget().Matches(makefile).Select(match => match.Groups["target"].Value).ToHashSet(StringComparer.Ordinal);
        foreach (var line in All.SelectMany(block => block.Lines))
        {
            Assert.All(Make().Matches(line).SelectMany(match => match.Groups["target"].Captures).Select(capture => capture.Value.Trim()), target => Assert.Contains(target, targets));
            Assert.All(Project().Matches(line), match => Assert.True(Directory.Exists(Path.Combine(Programs.SourceTree, match.Value)), match.Value));
        }

        Assert.Contains("run", targets);
    }

    [GeneratedRegex("^ *```(?:bash|shell|console|zsh)$", RegexOptions.Multiline)]
    private static partial Regex OtherKind();

    [GeneratedRegex("^(?<target>[a-z-]+):", RegexOptions.Multiline)]
    private static partial Regex MakeTarget();

    [GeneratedRegex(@"(?:^|&& )make(?<target> [a-z-]+(?![\w=]))+")]
    private static partial Regex Make();

    [GeneratedRegex(@"\b(?:tests|perf)/[A-Z][A-Za-z.]+[A-Za-z]")]
    private static partial Regex Project();
}
