using System.Text.RegularExpressions;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Cli.Tests.Documentation;

/// <summary>Runs the commands of docs/operations.md, in their order, against three real members.</summary>
public sealed partial class OperationsGuideTests(ITestOutputHelper output)
{
    [Fact]
    public async Task EveryCommand_Works()
    {
        var blocks = CommandBlock.RunOf("docs/operations.md");
        Assert.Equal(10, blocks.Count);
        await using var cluster = ProcessCluster.OfMetaStore(3);
        await cluster.StartAsync();
        using var shell = new GuideShell();
        var said = await shell.RunAsync(Here(string.Join('\n', blocks.Select(block => block.Commands)), cluster));
        output.WriteLine(said);
        Assert.Contains("Snapshot saved at backup.db", said, StringComparison.Ordinal);
        Assert.Contains($"backup/tried\n{DateTime.Now.Year}", said, StringComparison.Ordinal);
        Assert.Contains("promoted in cluster", said, StringComparison.Ordinal);
        Assert.Contains("Finished defragmenting", said, StringComparison.Ordinal);
    }

    /// <summary>The commands with the names and ports of this test's members instead of those of make run.</summary>
    private static string Here(string commands, ProcessCluster cluster)
    {
        var spare = FreePorts.Take(6);
        Dictionary<string, string> ports = new()
        {
            ["2379"] = $"{cluster.Nodes[0].ClientPort}", ["22379"] = $"{cluster.Nodes[1].ClientPort}", ["32379"] = $"{cluster.Nodes[2].ClientPort}",
            ["2380"] = $"{cluster.Nodes[0].PeerPort}", ["22380"] = $"{cluster.Nodes[1].PeerPort}",
            ["4379"] = $"{spare[0]}", ["4380"] = $"{spare[1]}", ["4479"] = $"{spare[2]}", ["4480"] = $"{spare[3]}",
            ["4579"] = $"{spare[4]}", ["4580"] = $"{spare[5]}",
        };
        var local = Port().Replace(commands, match => "127.0.0.1:" + ports[match.Groups["port"].Value]);
        for (var i = 0; i < 3; i++)
        {
            local = Regex.Replace(local, $@"\bnode{i + 1}\b", cluster.Nodes[i].Name);
        }

        return local;
    }

    [GeneratedRegex(@"127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex Port();
}
