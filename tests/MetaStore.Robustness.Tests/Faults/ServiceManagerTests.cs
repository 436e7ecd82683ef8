using System.Text.Json;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>Real members with the environment of systemd's Type=notify and WatchdogSec.</summary>
public sealed class ServiceManagerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Member_NotifiesReady_Watchdog_AndStopping(bool isAbstract)
    {
        var folder = Directory.CreateTempSubdirectory("metastore-notify-").FullName;
        using var manager = new NotifySocket(isAbstract ? "@metastore-test-" + Guid.NewGuid().ToString("n") : Path.Combine(folder, "notify"));
        await using var cluster = ProcessCluster.OfMetaStore(2);
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = manager.Name, ["WATCHDOG_USEC"] = "400000" };
        var node = cluster.Nodes[0];
        cluster.LaunchWith(node, environment);

        // It listens, but one member of two has no leader: units ordered after it must wait.
        await Eventually.TrueAsync(() => node.Process!.Output.Contains("now serving peer/client/metrics", StringComparison.Ordinal), Limit, () => node.Process!.Output);
        Assert.Empty(manager.Received);
        Assert.DoesNotContain("ready to serve client requests", node.Process!.Output, StringComparison.Ordinal);

        cluster.Launch(cluster.Nodes[1]);
        await Eventually.TrueAsync(() => manager.Received.Count(text => text == "WATCHDOG=1") >= 3, Limit, () => $"{string.Join(',', manager.Received)}\n{node.Process.Output}");
        Assert.Equal("READY=1", manager.Received[0]);
        Assert.Single(manager.Received, text => text == "READY=1");
        await Eventually.TrueAsync(() => node.Process.Output.Contains("ready to serve client requests", StringComparison.Ordinal), Limit, () => node.Process.Output);
        Assert.Equal(
            ["published local member to cluster through raft", "enabled capabilities for version", "ready to serve client requests"],
            Messages(node.Process.Output).Where(message => message.StartsWith("published", StringComparison.Ordinal)
                || message.StartsWith("enabled cap", StringComparison.Ordinal) || message.StartsWith("ready to", StringComparison.Ordinal)));

        await node.Process.TerminateAsync();
        Assert.Equal(0, node.Process.ExitCode);
        Assert.Contains("STOPPING=1", manager.Received);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task WatchdogOfAnotherProcess_IsNotServed()
    {
        var folder = Directory.CreateTempSubdirectory("metastore-notify-").FullName;
        using var manager = new NotifySocket(Path.Combine(folder, "notify"));
        await using var cluster = ProcessCluster.OfMetaStore(1);
        var node = cluster.Nodes[0];
        cluster.LaunchWith(node, new Dictionary<string, string> { ["NOTIFY_SOCKET"] = manager.Name, ["WATCHDOG_USEC"] = "1000", ["WATCHDOG_PID"] = "1" });
        await Eventually.TrueAsync(() => manager.Received.Length > 0, Limit, () => node.Process!.Output);
        await node.Process!.TerminateAsync();
        Assert.Equal(["READY=1", "STOPPING=1"], manager.Received);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>One member of two has no leader and never serves: it still stops cleanly, and does not send READY=1.</summary>
    [Fact]
    public async Task MemberThatDoesNotServeYet_StopsInOrder_AndIsNeverReady()
    {
        var folder = Directory.CreateTempSubdirectory("metastore-notify-").FullName;
        using var manager = new NotifySocket(Path.Combine(folder, "notify"));
        await using var cluster = ProcessCluster.OfMetaStore(2);
        var node = cluster.Nodes[0];
        cluster.LaunchWith(node, new Dictionary<string, string> { ["NOTIFY_SOCKET"] = manager.Name, ["WATCHDOG_USEC"] = "400000" });
        await Eventually.TrueAsync(() => node.Process!.Output.Contains("now serving peer/client/metrics", StringComparison.Ordinal), Limit, () => node.Process!.Output);
        await node.Process!.TerminateAsync();
        Assert.Equal(0, node.Process.ExitCode);
        Assert.Equal(["STOPPING=1"], manager.Received);
        Assert.Contains("Stopping because of SIGTERM.", Messages(node.Process.Output));
        Assert.Equal("Stopped.", Messages(node.Process.Output).Last());
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A missing service manager causes two log lines and nothing else.</summary>
    [Fact]
    public async Task ServiceManagerThatIsNotThere_IsLogged_AndHindersNothing()
    {
        await using var cluster = ProcessCluster.OfMetaStore(1);
        var node = cluster.Nodes[0];
        cluster.LaunchWith(node, new Dictionary<string, string> { ["NOTIFY_SOCKET"] = "/nowhere/" + new string('x', 200) });
        await Eventually.TrueAsync(() => node.Process!.Output.Contains("could not be notified of READY=1", StringComparison.Ordinal), Limit, () => node.Process!.Output);
        await node.Process!.TerminateAsync();
        Assert.Equal(0, node.Process.ExitCode);
        Assert.Contains("could not be notified of STOPPING=1", node.Process.Output, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Messages(string output) =>
        output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("msg").GetString()!);
}
