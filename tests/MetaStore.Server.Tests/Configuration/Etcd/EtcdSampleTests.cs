using System.Net.Sockets;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Configuration.Etcd;

/// <summary>Starts real processes with configuration files of etcd users.</summary>
public sealed class EtcdSampleTests
{
    public static TheoryData<string> Releases => [.. EtcdSamples.Releases];

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Sample_OfARelease_Starts(string release)
    {
        await using StartedProcess member = await StartedProcess.WithFileAsync(
            (folder, client, peer) => EtcdSamples.Write(release, Path.Combine(folder, "data"), client, peer));
        Assert.True(member.Process.IsRunning);
    }

    [Fact]
    public async Task File_AsK3sWritesIt_Starts()
    {
        await using StartedProcess member = await StartedProcess.WithFileAsync(StartedProcess.Member(_ => """
            experimental-initial-corrupt-check: true
            experimental-watch-progress-notify-interval: 5000000000
            heartbeat-interval: 500
            election-timeout: 5000
            log-outputs: [stderr]
            logger: zap
            snapshot-count: 10000
            listen-client-http-urls: ''
            client-transport-security: {}
            """));
        Assert.True(member.Process.IsRunning);
    }

    [Fact]
    public async Task UnixSocket_ServesGatewayAndGrpc_GoesWithTheMember_AndALeftOverOneIsReplaced()
    {
        string? path = null;
        string Yaml(string folder) => $"listen-client-http-urls: unix://{path = Path.Combine(folder, "client.sock")}";
        await using StartedProcess member = await StartedProcess.WithFileAsync(StartedProcess.Member(Yaml));
        using HttpClient overSocket = OverSocket(path!);
        Assert.Contains("true", await overSocket.GetStringAsync("/health"), StringComparison.Ordinal);
        using HttpResponseMessage put = await overSocket.PostAsync("/v3/kv/put", new StringContent("""{"key":"YQ==","value":"Yg=="}"""));
        Assert.Contains("revision", await put.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        if (Programs.Etcdctl is { } etcdctl)
        {
            await using ServerProcess get = ServerProcess.Start(
                etcdctl, ["--endpoints", "unix://" + path, "--command-timeout", "10s", "get", "a"], new Dictionary<string, string> { ["ETCDCTL_API"] = "3" });
            Assert.True(await get.WaitForExitAsync(TimeSpan.FromSeconds(20)) == 0, get.Output);
            Assert.Equal("a\nb", get.Output);
        }

        // After kill -9 the socket file remains; the next start replaces it.
        await member.Process.KillAsync();
        Assert.True(File.Exists(path));
        await using ServerProcess again = ServerProcess.Start(Programs.MetaStore, ["--config-file", Path.Combine(member.Folder, "member.yaml")]);
        await MetaStore.Testing.Eventually.TrueAsync(async () => await AnswersAsync(path!), TimeSpan.FromSeconds(30), () => again.Output);

        // A socket with a listener is not replaced.
        await using ServerProcess second = ServerProcess.Start(
            Programs.MetaStore, ["--data-dir", Path.Combine(member.Folder, "other"), "--listen-client-urls", "unix://" + path, "--advertise-client-urls", "http://localhost:1",
                "--listen-peer-urls", $"http://127.0.0.1:{FreePorts.Take(1)[0]}"]);
        Assert.Equal(64, await second.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("another process listens there", second.Output, StringComparison.Ordinal);

        await again.TerminateAsync();
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task FileInPlaceOfASocket_IsNotDeleted()
    {
        string folder = Directory.CreateTempSubdirectory("metastore-config-").FullName;
        string file = Path.Combine(folder, "notes.txt");
        await File.WriteAllTextAsync(file, "mine");
        await using ServerProcess member = ServerProcess.Start(
            Programs.MetaStore, ["--data-dir", Path.Combine(folder, "data"), "--listen-client-urls", "unix://" + file, "--advertise-client-urls", "http://localhost:1",
                "--listen-peer-urls", $"http://127.0.0.1:{FreePorts.Take(1)[0]}"]);
        Assert.Equal(64, await member.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("is not a socket", member.Output, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(file));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task WalDir_HoldsTheLog_AndIsRememberedWithoutTheFlag()
    {
        await using StartedProcess member = await StartedProcess.WithFileAsync(
            StartedProcess.Member(_ => "memory-mlock: false"), "--wal-dir", Path.Combine(Path.GetTempPath(), "metastore-wal-" + Guid.NewGuid().ToString("N")));
        string wal = new DirectoryInfo(Path.Combine(member.Folder, "data", "wal")).LinkTarget!;
        try
        {
            Assert.NotEmpty(Directory.GetFiles(wal));
            await member.Http.PostAsync("/v3/kv/put", new StringContent("""{"key":"YQ==","value":"Yg=="}"""));
            await member.Process.KillAsync();

            string file = Path.Combine(member.Folder, "member.yaml");
            await using ServerProcess elsewhere = ServerProcess.Start(Programs.MetaStore, ["--config-file", file, "--wal-dir", member.Folder]);
            Assert.Equal(67, await elsewhere.WaitForExitAsync(TimeSpan.FromSeconds(20)));
            Assert.Contains($"is in {wal}", elsewhere.Output, StringComparison.Ordinal);

            await using ServerProcess again = ServerProcess.Start(Programs.MetaStore, ["--config-file", file]);
            await MetaStore.Testing.Eventually.TrueAsync(
                async () => (await RangeAsync(member.Http)).Contains("Yg==", StringComparison.Ordinal), TimeSpan.FromSeconds(30), () => again.Output);
            await again.KillAsync();
        }
        finally
        {
            Directory.Delete(wal, recursive: true);
        }
    }

    [Fact]
    public async Task CorsAndHostWhitelist_LetThroughWhatTheyName()
    {
        await using StartedProcess member = await StartedProcess.WithFileAsync(StartedProcess.Member(_ => "cors: https://a.example,https://b.example\nhost-whitelist: 127.0.0.1,db.example"));
        Assert.Equal("https://b.example", await AllowedAsync(member.Http, "https://b.example"));
        Assert.Null(await AllowedAsync(member.Http, "https://c.example"));
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/version") { Headers = { Host = "evil.example" } };
        using HttpResponseMessage refused = await member.Http.SendAsync(foreign);
        Assert.Equal(421, (int)refused.StatusCode);
    }

    [Fact]
    public async Task SocketReusePort_LetsTwoProcessesListen_ButNoneWithoutIt()
    {
        await using StartedProcess member = await StartedProcess.WithFileAsync(StartedProcess.Member(_ => "socket-options:\n  reuse-port: true"));
        int[] peers = FreePorts.Take(2);
        string[] Second(int place) =>
        [
            "--data-dir", Path.Combine(member.Folder, $"other{place}"), "--listen-client-urls", $"http://127.0.0.1:{member.ClientPort}",
            "--advertise-client-urls", $"http://127.0.0.1:{member.ClientPort}", "--listen-peer-urls", $"http://127.0.0.1:{peers[place]}",
            "--initial-advertise-peer-urls", $"http://127.0.0.1:{peers[place]}", "--log-level", "debug",
        ];
        await using ServerProcess without = ServerProcess.Start(Programs.MetaStore, Second(0));
        Assert.Equal(64, await without.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        await using ServerProcess with = ServerProcess.Start(Programs.MetaStore, [.. Second(1), "--socket-reuse-port"]);
        await MetaStore.Testing.Eventually.TrueAsync(
            () => with.IsRunning ? with.Output.Contains("published", StringComparison.OrdinalIgnoreCase) : throw new InvalidOperationException(with.Output),
            TimeSpan.FromSeconds(30), () => with.Output);
    }

    [Fact]
    public async Task MemoryMlock_KeepsThePages_OrSaysThatTheSystemDoesNot()
    {
        try
        {
            await using StartedProcess member = await StartedProcess.WithFileAsync(StartedProcess.Member(_ => "experimental-memory-mlock: true"));
            string locked = (await File.ReadAllLinesAsync($"/proc/{member.Process.Id}/status")).Single(line => line.StartsWith("VmLck:", StringComparison.Ordinal));
            Assert.DoesNotContain(" 0 kB", locked, StringComparison.Ordinal);
        }
        catch (Xunit.Sdk.XunitException refused)
        {
            // Without permission to lock memory.
            Assert.Contains("the system does not lock memory", refused.Message, StringComparison.Ordinal);
        }
    }

    private static async Task<string?> AllowedAsync(HttpClient http, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v3/kv/range") { Headers = { { "Origin", origin } } };
        using HttpResponseMessage response = await http.SendAsync(request);
        return response.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? values) ? values.Single() : null;
    }

    private static async Task<string> RangeAsync(HttpClient http)
    {
        try
        {
            using HttpResponseMessage response = await http.PostAsync("/v3/kv/range", new StringContent("""{"key":"YQ=="}"""));
            return await response.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    private static async Task<bool> AnswersAsync(string path)
    {
        try
        {
            using HttpClient http = OverSocket(path);
            return (await http.GetStringAsync("/health")).Contains("true", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static HttpClient OverSocket(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, stop) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://localhost"),
    };
}
