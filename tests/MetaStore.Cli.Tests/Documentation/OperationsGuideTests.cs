using System.Diagnostics;
using System.Text.RegularExpressions;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Cli.Tests.Documentation;

/// <summary>Runs the commands of docs/operations.md, in their order, against three real members.</summary>
public sealed partial class OperationsGuideTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task EveryCommand_Works()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Programs.SourceTree, "docs/operations.md"));
        var blocks = Block().Matches(guide).Select(match => match.Groups["commands"].Value).ToArray();
        Assert.Equal(8, blocks.Length);
        await using var cluster = ProcessCluster.OfMetaStore(3);
        await cluster.StartAsync();
        var folder = Directory.CreateTempSubdirectory("metastore-guide-");
        try
        {
            var (code, said) = await RunAsync(Here(string.Join('\n', blocks), cluster, folder), folder.FullName);
            output.WriteLine(said);
            Assert.True(code == 0, said);
            Assert.Contains("Snapshot saved at backup.db", said, StringComparison.Ordinal);
            Assert.Contains($"backup/tried\n{DateTime.Now.Year}", said, StringComparison.Ordinal);
            Assert.Contains("promoted in cluster", said, StringComparison.Ordinal);
            Assert.Contains("Finished defragmenting", said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The commands with the programs, names and ports of this test's members instead of those of make run.</summary>
    private static string Here(string commands, ProcessCluster cluster, DirectoryInfo folder)
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

        var programs = Directory.CreateDirectory(Path.Combine(folder.FullName, "out"));
        File.CreateSymbolicLink(Path.Combine(programs.FullName, "metastore"), Programs.MetaStore);
        File.CreateSymbolicLink(Path.Combine(programs.FullName, "metactl"), Programs.Metactl);
        return local;
    }

    private static async Task<(int Code, string Said)> RunAsync(string commands, string folder)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"exec 2>&1\nset -euo pipefail\ntrap 'kill $(jobs -p) 2> /dev/null || true; wait' EXIT\n{commands}"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        foreach (var ofTheTests in (string[])["METASTORE_BIN", "METASTORE_METACTL_BIN"])
        {
            // A member refuses variables of its own prefix that it does not know.
            start.Environment.Remove(ofTheTests);
        }

        using var shell = Process.Start(start)!;
        try
        {
            var said = await shell.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
            await shell.WaitForExitAsync();
            return (shell.ExitCode, said);
        }
        finally
        {
            // After the limit the members that the commands have started would go on.
            shell.Kill(entireProcessTree: true);
        }
    }

    [GeneratedRegex("```sh\n(?<commands>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex Port();
}
