using System.Text.Json.Nodes;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>batch watch on real members: lines, JSON, a member that is killed and restarted, and a terminal that is restored afterwards.</summary>
[Collection(nameof(OneAtATime))]
public sealed class BatchWatchTests(RunningCluster cluster) : IClassFixture<RunningCluster>, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ProcessCluster _cluster = cluster.Members;
    private readonly string _log = Path.Combine(Path.GetTempPath(), $"batch-watch-{Environment.ProcessId}.log");

    public void Dispose() => File.Delete(_log);

    [Fact]
    public async Task Watch_LinesAndJson_EndAfterTheirCount()
    {
        var (code, output, error) = await InProcess.RunAsync("--endpoints", _cluster.Endpoints, "batch", "watch", "--interval", "100ms", "--count", "3");
        Assert.True(code == 0, error);
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(_cluster.Nodes, node => Assert.Matches($@"{node.Endpoint} dynamic, \d+ puts/s, ", lines[^1]));

        (code, output, error) = await InProcess.RunAsync("--endpoints", _cluster.Endpoints, "-w", "json", "batch", "watch", "--interval", "100ms", "--count", "2");
        Assert.True(code == 0, error);
        Assert.All(output.TrimEnd('\n').Split('\n'), line => Assert.Equal(3, JsonNode.Parse(line)!["members"]!.AsArray().Count));
        Assert.Equal(128, (await InProcess.RunAsync("--endpoints", _cluster.Endpoints, "batch", "watch", "--interval", "1ms")).Code);
    }

    [Fact]
    public async Task Watch_MemberThatDies_IsShown_AndComesBack()
    {
        await using var running = ServerProcess.StartInterruptible(Programs.Metactl, ["--endpoints", _cluster.Endpoints, "batch", "watch", "--interval", "100ms"]);
        var node = _cluster.Nodes[^1];
        await OneMember.PrintedAsync(running, output => output.Contains($"{node.Endpoint} dynamic", StringComparison.Ordinal));
        await node.Process!.KillAsync();
        await OneMember.PrintedAsync(running, output => output.Contains($"{node.Endpoint} does not respond", StringComparison.Ordinal));
        _cluster.Launch(node);
        await OneMember.PrintedAsync(running, output => output.Split('\n')[^1].Contains($"{node.Endpoint} dynamic", StringComparison.Ordinal));
        await _cluster.WaitUntilHealthyAsync(node);
        Signals.Send(running.Id, Signals.Interrupt);
        Assert.Equal(5, await running.WaitForExitAsync(Limit));
    }

    /// <summary>In a pseudo terminal of 60 columns: draws, and after a typed Ctrl-C the first screen and the cursor are restored.</summary>
    [SkippableFact]
    public async Task Watch_OnATerminal_LeavesItAsItWas()
    {
        Skip.IfNot(File.Exists("/usr/bin/script"), "script is not installed");
        var watch = $"stty cols 60 rows 20; exec env --default-signal=INT {Programs.Metactl} --endpoints {_cluster.Endpoints} batch watch --interval 100ms";
        var typing = $"until grep -q 'puts/entry' {_log}; do sleep 0.1; done; printf '\\003'; until grep -q '1049l' {_log}; do sleep 0.1; done";
        var (_, output) = await OneMember.EndAsync(ServerProcess.Start("/bin/bash", ["-c", $": > {_log}; ({typing}) | TERM=xterm script -qfec '{watch}' {_log}"]));
        var drawn = await File.ReadAllTextAsync(_log);
        Assert.Contains("\e[?1049h\e[?25l", drawn, StringComparison.Ordinal);
        Assert.True(drawn.LastIndexOf("\e[?25h\e[?1049l", StringComparison.Ordinal) > drawn.LastIndexOf("puts/entry", StringComparison.Ordinal), output);
        Assert.Contains("1 more in a wider window", drawn, StringComparison.Ordinal);
    }
}
