using System.Net;
using System.Net.Sockets;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.BadInput;

/// <summary>A start that fails because a port is in use must leave nothing on disk: no partial member, no directory.</summary>
public sealed class PortInUseTests : IDisposable
{
    private const int ExitBadConfiguration = 64;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-ports-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("listen-client-urls")]
    [InlineData("listen-metrics-urls")]
    [InlineData("listen-peer-urls")]
    public async Task PortInUse_LeavesNothing_AndTheNextStartFounds(string flag)
    {
        var ports = FreePorts.Take(3);
        var urls = new Dictionary<string, string>
        {
            ["listen-client-urls"] = $"http://127.0.0.1:{ports[0]}",
            ["listen-metrics-urls"] = $"http://127.0.0.1:{ports[1]}",
            ["listen-peer-urls"] = $"http://127.0.0.1:{ports[2]}",
        };
        var data = Path.Combine(_folder, "data");
        using (var occupant = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            occupant.Bind(new IPEndPoint(IPAddress.Loopback, new Uri(urls[flag]).Port));
            occupant.Listen();
            await using var refused = Start(urls, data);
            Assert.Equal(ExitBadConfiguration, await refused.WaitForExitAsync(Limit));
            var line = Assert.Single(refused.Output.Split('\n'), line => line.StartsWith("metastore:", StringComparison.Ordinal));
            Assert.Contains($"--{flag} {urls[flag]}: cannot listen there: Address already in use", line, StringComparison.Ordinal);
            Assert.False(Directory.Exists(data), "a data directory was created");
        }

        await using var started = Start(urls, data);
        using var http = new HttpClient();
        await Testing.Eventually.TrueAsync(
            async () => started.IsRunning && await IsOkAsync(http, urls["listen-client-urls"] + "/health") && await IsOkAsync(http, urls["listen-metrics-urls"] + "/readyz"),
            Limit, () => started.Output);
        await started.TerminateAsync();
        Assert.Equal(0, started.ExitCode);
    }

    /// <summary>Of two members started at the same time with the same port, one gets it and the other creates nothing.</summary>
    [Fact]
    public async Task TwoMembersOnOneClientPort_OnlyOneIsFounded()
    {
        var ports = FreePorts.Take(3);
        string[] data = [Path.Combine(_folder, "a"), Path.Combine(_folder, "b")];
        var started = new List<ServerProcess>();
        try
        {
            for (var i = 0; i < 2; i++)
            {
                started.Add(Start(
                    new Dictionary<string, string> { ["listen-client-urls"] = $"http://127.0.0.1:{ports[0]}", ["listen-peer-urls"] = $"http://127.0.0.1:{ports[1 + i]}" }, data[i]));
            }

            await Testing.Eventually.TrueAsync(
                () => started.Count(process => !process.IsRunning) == 1, Limit, () => string.Join('\n', started.Select(process => process.Output)));
            var refused = started.FindIndex(process => !process.IsRunning);
            Assert.Equal(ExitBadConfiguration, started[refused].ExitCode);
            Assert.False(Directory.Exists(data[refused]), "a data directory was created");
        }
        finally
        {
            foreach (var process in started)
            {
                await process.DisposeAsync();
            }
        }
    }

    private static ServerProcess Start(Dictionary<string, string> urls, string data) => ServerProcess.Start(Programs.MetaStore,
    [
        "--name", "n1", "--data-dir", data, .. urls.SelectMany(url => new[] { "--" + url.Key, url.Value }),
        "--advertise-client-urls", urls["listen-client-urls"], "--initial-advertise-peer-urls", urls["listen-peer-urls"],
        "--initial-cluster", $"n1={urls["listen-peer-urls"]}", "--initial-cluster-state", "new",
    ]);

    private static async Task<bool> IsOkAsync(HttpClient http, string url)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(url));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
