using MetaStore.Cli.Reference;
using MetaStore.Cli.Tests.Processes;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Completion;

/// <summary>The completion scripts in the shells themselves.</summary>
public sealed class ShellCompletionTests : IDisposable
{
    private static readonly (string Line, string Word)[] Unique =
    [
        ("metactl memb", "member"),
        ("metactl lease gr", "grant"),
        ("metactl get --or", "--order"),
        ("metactl get --order D", "DESCEND"),
        ("metactl get key --write", "--write-out"),
        ("metactl --write-out=js", "json"),
        ("metactl -w js", "json"),
        ("metactl --endpoints lease:1 -w json role grant-p", "grant-permission"),
        ("metactl --endpoints=127.0.0.1:2379 endpoint stat", "status"),
        ("metactl endpoint status --clu", "--cluster"),
        ("metactl completion f", "fish"),
        ("metactl get k --cacert /etc/hostn", "/etc/hostname"),
        ("metactl snapshot status /etc/hostn", "/etc/hostname"),
        ("metactl batch set --policy th", "throughput"),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("completion-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Bash_CompletesVerbsFlagsAndValues() => Assert.Equal(Unique.Select(each => each.Word), await CompleteAsync("bash", [.. Unique.Select(each => each.Line)]));

    [SkippableFact]
    public async Task Zsh_CompletesVerbsFlagsAndValues()
    {
        SkipWithout("zsh");
        var lines = await CompleteAsync("zsh", [.. Unique.Select(each => each.Line)]);
        Assert.Equal(Unique.Select(each => each.Word), lines.Select(line => line.TrimEnd().Split(' ', '=')[^1]));
    }

    [SkippableFact]
    public async Task Fish_CompletesVerbsFlagsAndValues()
    {
        SkipWithout("fish");
        var words = await CompleteAsync("fish", [.. Unique.Select(each => each.Line)]);
        Assert.Equal(Unique.Select(each => each.Word), words.Select(word => word.Split('=')[^1]));
    }

    [SkippableTheory]
    [InlineData("bash")]
    [InlineData("fish")]
    public async Task EveryVerb_OffersWhatIsBelowIt(string shell)
    {
        SkipWithout(shell);
        var tree = VerbTree.Whole();
        VerbEntry[] groups = [.. tree.Verbs.Where(verb => verb.IsGroup)];
        var offered = await CompleteAsync(shell, [.. groups.Select(group => group.FullName + " ")]);
        Assert.Equal(groups.Select(group => Sorted(group.Verbs)), offered.Select(words => Sorted(words.Split(' '))));
    }

    [Fact]
    public async Task EveryVerb_OffersItsFlags_AndAfterADashNone()
    {
        var tree = VerbTree.Whole();
        VerbEntry[] verbs = [.. tree.Verbs.Where(verb => !verb.IsGroup)];
        var offered = await CompleteAsync("bash", [.. verbs.Select(verb => $"{verb.FullName} --"), "metactl get -- --"]);
        Assert.Equal(
            [.. verbs.Select(verb => Sorted(verb.Flags.Concat(tree.Globals).Select(flag => flag.Name))), string.Empty],
            offered.Select(words => Sorted(words.Split(' '))));
    }

    [Fact]
    public async Task PowerShell_HasEveryVerb()
    {
        // There is no PowerShell to run it in: at least every verb and flag is in its tables.
        var (code, script, _) = await InProcess.RunAsync("completion", "powershell");
        Assert.Equal(0, code);
        Assert.All(VerbTree.Whole().Verbs, verb => Assert.Contains($"$global:__metactlVerbs['{verb.Path}'] = ", script, StringComparison.Ordinal));
    }

    private static string Sorted(IEnumerable<string> words) => string.Join(' ', words.Order(StringComparer.Ordinal));

    private static void SkipWithout(string shell) => Skip.If(!File.Exists($"/usr/bin/{shell}") && !File.Exists($"/bin/{shell}"), $"{shell} is not installed");

    private async Task<string[]> CompleteAsync(string shell, string[] lines)
    {
        var (code, text, _) = await InProcess.RunAsync("completion", shell);
        Assert.Equal(0, code);
        var (script, cases) = (Path.Combine(_folder.FullName, "script"), Path.Combine(_folder.FullName, "cases"));
        await File.WriteAllTextAsync(script, text);
        await File.WriteAllLinesAsync(cases, lines);
        var driver = Path.Combine(Programs.SourceTree, "tests", "MetaStore.Cli.Tests", "Completion", $"drive.{shell}");
        string[] unconfigured = shell switch { "bash" => ["--norc"], "zsh" => ["-f"], _ => ["--no-config"] };
        var (ended, output) = await OneMember.EndAsync(ServerProcess.Start($"/usr/bin/{shell}", [.. unconfigured, driver, script, cases]));
        Assert.True(ended == 0, output);
        string[] completed = output.ReplaceLineEndings("\n").Split('\n');
        return [.. completed, .. Enumerable.Repeat(string.Empty, lines.Length - completed.Length)];
    }
}
