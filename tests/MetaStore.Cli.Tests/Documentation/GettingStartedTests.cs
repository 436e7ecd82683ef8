using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Documentation;

/// <summary>Runs the commands of the pages for the first day: quick start, FAQ, engines, and the pages of the packages.</summary>
public sealed class GettingStartedTests
{
    [Fact]
    public async Task QuickStart_OneNode_IsConvertedByTheCommandOfTheEngines()
    {
        var blocks = CommandBlock.RunOf("docs/quick-start.md");
        Assert.Equal(5, blocks.Count);
        var convert = Assert.Single(CommandBlock.RunOf("docs/engines.md")).Commands.Replace("/var/lib/metastore", "quick-one", StringComparison.Ordinal);
        using var shell = new GuideShell();
        var said = await shell.RunAsync($"{blocks[0].Commands}\n{blocks[1].Commands}\n{convert}\nmetastore --data-dir quick-one --engine rocksdb\nmetactl get hello --print-value-only\n");
        Assert.Contains("OK\nhello\nworld\n", said, StringComparison.Ordinal);
        Assert.EndsWith("\nworld\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QuickStart_ThreeMachines_AreACluster()
    {
        var blocks = CommandBlock.RunOf("docs/quick-start.md");
        var ports = FreePorts.Take(6);
        var commands = string.Join('\n', blocks.Skip(2).Select(block => block.Commands));
        for (var machine = 1; machine <= 3; machine++)
        {
            commands = commands.Replace($"10.0.0.{machine}:2379", $"127.0.0.1:{ports[machine - 1]}", StringComparison.Ordinal)
                .Replace($"10.0.0.{machine}:2380", $"127.0.0.1:{ports[machine + 2]}", StringComparison.Ordinal);
        }

        using var shell = new GuideShell();
        var said = await shell.RunAsync(commands);
        Assert.Equal(3, said.Split('\n').Count(line => line.StartsWith("| http://127.0.0.1:", StringComparison.Ordinal)));
        Assert.EndsWith("OK\nhello\ncluster\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faq_EveryCommand_Works()
    {
        using var shell = new GuideShell();
        var said = await shell.RunAsync("metastore --data-dir data\n" + string.Join('\n', CommandBlock.RunOf("docs/faq.md").Select(block => block.Commands)));
        Assert.Contains("MetaStore Version: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PagesOfThePackages_EveryCommand_Works()
    {
        using var shell = new GuideShell();
        foreach (var page in (string[])["src/MetaStore.Server/README.md", "src/MetaStore.Cli/README.md"])
        {
            var commands = string.Join('\n', Assert.Single(CommandBlock.Of(page)).Lines.Where(line => !line.StartsWith("dotnet tool install", StringComparison.Ordinal)))
                .Replace("127.0.0.1:2379", shell.Client, StringComparison.Ordinal)
                .Replace("batch watch", "batch watch --count 1", StringComparison.Ordinal);
            await shell.RunAsync(page.Contains("Server", StringComparison.Ordinal) ? commands : "metastore --data-dir data --engine rocksdb\n" + commands);
        }
    }
}
