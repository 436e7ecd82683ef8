using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Conversion;

/// <summary>The script of <c>make run</c>: eng/cluster.sh.</summary>
public sealed class ClusterScriptTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _data = Path.Combine(Path.GetTempPath(), "metastore-run-" + Guid.NewGuid().ToString("N"));
    private readonly string _out = Directory.CreateTempSubdirectory("metastore-out-").FullName;
    private readonly int[] _ports = FreePorts.Take(6);

    public ClusterScriptTests()
    {
        // The script has both programs in one folder, as make build puts them.
        File.CreateSymbolicLink(Path.Combine(_out, "metastore"), Programs.MetaStore);
        File.CreateSymbolicLink(Path.Combine(_out, "metactl"), Programs.Metactl);
    }

    public void Dispose()
    {
        Directory.Delete(_data, recursive: true);
        Directory.Delete(_out, recursive: true);
    }

    [SkippableFact]
    public async Task Run_ThenRunWithTheOtherEngine_KeepsTheState()
    {
        await RunAsync("memory", "put", "hello", "world");
        await RunAsync("rocksdb", "get", "hello", "--print-value-only");
    }

    private async Task RunAsync(string engine, params string[] command)
    {
        var environment = new Dictionary<string, string>
        {
            ["DATA"] = _data,
            ["ENGINE"] = engine,
            ["CLIENT_PORTS"] = string.Join(' ', _ports[..3]),
            ["PEER_PORTS"] = string.Join(' ', _ports[3..]),
        };
        string script = Path.Combine(Programs.SourceTree, "eng", "cluster.sh");
        await using ServerProcess run = ServerProcess.Start("bash", [script, _out], environment);
        await Eventually.TrueAsync(
            () => run.Output.Contains("Three nodes are ready", StringComparison.Ordinal) || (run.IsRunning ? false : throw new InvalidOperationException(run.Output)),
            Patience, () => run.Output);
        await using ServerProcess client = ServerProcess.Start(Programs.Metactl, ["--endpoints", $"127.0.0.1:{_ports[0]}", .. command]);
        Assert.True(await client.WaitForExitAsync(Patience) == 0, client.Output);
        Assert.Contains(command[0] == "put" ? "OK" : "world", client.Output, StringComparison.Ordinal);
        await run.TerminateAsync();
    }
}
