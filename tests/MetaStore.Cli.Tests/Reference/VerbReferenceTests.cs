using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Reference;
using MetaStore.Cli.Tests.Processes;
using MetaStore.Cli.Words;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Reference;

/// <summary>Help, manual pages and docs/cli.md have every verb, and examples that metactl accepts.</summary>
public sealed class VerbReferenceTests
{
    private static readonly VerbTree Tree = VerbTree.Whole();

    [Fact]
    public void EveryVerb_HasAnExample() => Assert.Empty(Tree.Verbs.Where(verb => !verb.IsGroup && VerbExamples.Of(verb.Path).Count == 0).Select(verb => verb.Path));

    [Fact]
    public void EveryExample_IsAccepted_AndUsesItsVerb()
    {
        var root = MetactlCommand.Build();
        foreach (var verb in Tree.Verbs.Where(verb => !verb.IsGroup))
        {
            string[] paths = [.. VerbExamples.Of(verb.Path).Select(example =>
            {
                var command = example[(example.IndexOf("metactl ", StringComparison.Ordinal) + "metactl ".Length)..];
                var end = command.IndexOfAny(['|', '<', '>', ')']);
                var words = ScriptLine.Split(System.Text.Encoding.UTF8.GetBytes(end < 0 ? command : command[..end]));
                var parsed = CommandWords.Parse(root, words);
                Assert.Null(UsageErrors.Find(parsed));
                return VerbFinder.PathOf(parsed.CommandResult.Command);
            })];
            Assert.Contains(verb.FullName, paths);
        }
    }

    [Fact]
    public async Task Help_EndsWithTheExamples()
    {
        foreach (string[] words in (string[][])[["lease", "grant", "--help"], ["help", "lease", "grant"]])
        {
            var (code, output, _) = await InProcess.RunAsync(words);
            Assert.Equal(0, code);
            Assert.EndsWith("Examples:\n  metactl lease grant 60\n\n", output, StringComparison.Ordinal);
        }
    }

    /// <summary>After a change of verbs: <c>metactl docs markdown > docs/cli.md</c>.</summary>
    [Fact]
    public async Task CliPage_IsTheCommandTree()
    {
        var (code, output, _) = await InProcess.RunAsync("docs", "markdown");
        Assert.Equal(0, code);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Programs.SourceTree, "docs", "cli.md")), output);
    }

    [SkippableFact]
    public async Task ManualPages_AreWrittenForEveryVerb_AndPassTheChecker()
    {
        var folder = Directory.CreateTempSubdirectory("man-");
        try
        {
            var (code, _, _) = await InProcess.RunAsync("docs", "man", folder.FullName);
            Assert.Equal(0, code);
            string[] files = [.. folder.GetFiles().Select(file => file.FullName).Order(StringComparer.Ordinal)];
            Assert.Equal(Tree.Verbs.Select(verb => $"{verb.FullName.Replace(' ', '-')}.1").Order(StringComparer.Ordinal), files.Select(Path.GetFileName));
            Skip.If(!File.Exists("/usr/bin/mandoc"), "mandoc is not installed");
            var (_, output) = await OneMember.EndAsync(ServerProcess.Start("/usr/bin/mandoc", ["-T", "lint", "-W", "warning", .. files]));
            Assert.DoesNotContain(output.Split('\n'), line => line.Length > 0 && !line.Contains("missing date", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
