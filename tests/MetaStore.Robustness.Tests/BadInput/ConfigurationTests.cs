using System.Net;
using System.Net.Sockets;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.BadInput;

/// <summary>Invalid configuration: all errors are reported at once, each with its position, and the exit code is 64.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private const int ExitBadConfiguration = 64;
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task MissingFile_IsNamed()
    {
        var path = Path.Combine(_folder, "nowhere.yaml");
        var output = await StartExpectingAsync(ExitBadConfiguration, "--config", path);
        Assert.Contains(path, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnreadableYaml_IsNamedWithItsLine()
    {
        var path = Write("server:\n  raft: [unclosed\n");
        var output = await StartExpectingAsync(ExitBadConfiguration, "--config", path);
        Assert.Contains($"{path}:3:", output, StringComparison.Ordinal);
        Assert.Contains("is not YAML", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownKeysAndBadValues_AreAllReportedAtOnce()
    {
        var path = Write("server:\n  raft:\n    batch:\n      max_batch_sise: 12\n      min_batch_size: 300\n      load_threshold: 1.5\n");
        var output = await StartExpectingAsync(ExitBadConfiguration, "--config", path);
        Assert.Contains("max_batch_sise", output, StringComparison.Ordinal);
        Assert.Contains("min_batch_size", output, StringComparison.Ordinal);
        Assert.Contains("load_threshold", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownFlag_IsNamed() => Assert.Contains("--no-such-flag", await StartExpectingAsync(ExitBadConfiguration, "--no-such-flag=1"), StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PortInUse_IsNamedWithItsFlag(bool client)
    {
        using var occupant = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        occupant.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        occupant.Listen();
        var taken = ((IPEndPoint)occupant.LocalEndPoint!).Port;
        var free = FreePorts.Take(1)[0];
        var (clientPort, peerPort) = client ? (taken, free) : (free, taken);

        await using var process = ServerProcess.Start(Programs.MetaStore,
        [
            "--name", "n1", "--data-dir", Path.Combine(_folder, "data"),
            "--listen-client-urls", $"http://127.0.0.1:{clientPort}", "--advertise-client-urls", $"http://127.0.0.1:{clientPort}",
            "--listen-peer-urls", $"http://127.0.0.1:{peerPort}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{peerPort}",
            "--initial-cluster", $"n1=http://127.0.0.1:{peerPort}",
        ]);
        Assert.NotEqual(0, await process.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains($"127.0.0.1:{taken}", process.Output, StringComparison.Ordinal);
        Assert.Contains(client ? "listen-client-urls" : "listen-peer-urls", process.Output, StringComparison.Ordinal);
    }

    private string Write(string yaml)
    {
        var path = Path.Combine(_folder, "config.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }

    private async Task<string> StartExpectingAsync(int exitCode, params string[] arguments)
    {
        await using var process = ServerProcess.Start(Programs.MetaStore, ["--data-dir", Path.Combine(_folder, "data"), .. arguments]);
        Assert.Equal(exitCode, await process.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.False(Directory.Exists(Path.Combine(_folder, "data")), "a rejected start leaves no files");
        return process.Output;
    }
}
