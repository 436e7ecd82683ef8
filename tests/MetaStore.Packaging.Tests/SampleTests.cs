using System.Net;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests;

/// <summary>Each sample as its readers run it: built with the packages, against real members.</summary>
[Collection(nameof(PackageCollection))]
public sealed class SampleTests(PackedSamples samples) : IClassFixture<PackedSamples>, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _data = Directory.CreateTempSubdirectory("metastore-sample-data-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public void EverySample_HasATest() =>
        Assert.Equal(["ConsoleClient", "EmbeddedCluster", "EmbeddedNode", "LeaderElection", "ReloadedConfiguration", "WatchedCache"], PackedSamples.Names);

    [Fact]
    public async Task ConsoleClient_PrintsWhatItDid()
    {
        await using var cluster = ProcessCluster.OfMetaStore(1);
        await cluster.StartAsync();
        await using ServerProcess client = ServerProcess.Start("dotnet", [Path.Combine(samples.Output("ConsoleClient"), "ConsoleClient.dll"), cluster.Endpoints]);
        Assert.Equal(0, await client.WaitForExitAsync(Limit));
        Assert.Equal(
            [
                "put at revision 2", "get: hello", "swap: True", "samples/console/greeting = hello again", "samples/console/name = world",
                "Put samples/console/greeting at revision 2", "Put samples/console/greeting at revision 3", "Put samples/console/name at revision 4",
            ],
            client.Output.Split('\n'));
    }

    [Fact]
    public async Task EmbeddedNode_ServesItsPages_AndEtcdsClients_AndStopsInOrder()
    {
        int[] ports = FreePorts.Take(3);
        string url = $"http://127.0.0.1:{ports[0]}";
        string[] arguments = [$"--Urls={url}", .. Member("MetaStore", "embedded", ports[1], $"http://127.0.0.1:{ports[2]}", $"embedded=http://127.0.0.1:{ports[2]}"), "--MetaStore:engine=rocksdb"];
        await using (ServerProcess node = samples.Start("EmbeddedNode", arguments))
        {
            await AnswersAsync(url + "/health", "Healthy", node);
            using HttpResponseMessage put = await _http.PutAsync(url + "/values/greeting", new StringContent("hello"));
            Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
            Assert.Equal("values/greeting\nhello", await MetactlAsync(ports[1], "get", "values/greeting"));
            await node.TerminateAsync();
            Assert.True(node.ExitCode == 0, node.Output);
        }

        await using ServerProcess again = samples.Start("EmbeddedNode", arguments);
        await AnswersAsync(url + "/values/greeting", "hello", again);

        // The port is taken: the line and the code of the program metastore.
        await using ServerProcess second = samples.Start("EmbeddedNode", [.. arguments, $"--MetaStore:data-dir={Path.Combine(_data, "second")}"]);
        Assert.Equal(64, await second.WaitForExitAsync(Limit));
        Assert.Contains($"127.0.0.1:{ports[1]}", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmbeddedNode_WhoseDiskFails_EndsWithTheCodeOfTheFault()
    {
        int[] ports = FreePorts.Take(3);
        string url = $"http://127.0.0.1:{ports[0]}";
        string peer = $"http://127.0.0.1:{ports[2]}";
        await using ServerProcess node = samples.Start(
            "EmbeddedNode", [$"--Urls={url}", .. Member("MetaStore", "failing", ports[1], peer, $"failing={peer}"), "--MetaStore:snapshot-count=10"]);
        await AnswersAsync(url + "/health", "Healthy", node);

        // The state is written every ten entries: now it cannot be.
        Directory.Delete(Path.Combine(_data, "failing"), recursive: true);
        await Eventually.TrueAsync(async () => !node.IsRunning || await PutAsync(url + "/values/key"), Limit, () => node.Output);
        Assert.Equal(74, await node.WaitForExitAsync(Limit));
        Assert.Contains("The member must not continue and stops its host, with exit code 74", node.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmbeddedCluster_AnswersEtcdctl_AndSurvivesKill9OfOneHost()
    {
        int[] ports = FreePorts.Take(6);
        string[] peers = [.. ports[3..].Select(port => $"http://127.0.0.1:{port}")];
        string all = $"n1={peers[0]},n2={peers[1]},n3={peers[2]}";
        ServerProcess Start(int at) => samples.Start(
            "EmbeddedCluster", [$"--node=n{at + 1}", .. Member($"Members:n{at + 1}", $"n{at + 1}", ports[at], peers[at], all)]);

        ServerProcess[] hosts = [Start(0), Start(1), Start(2)];
        try
        {
            foreach ((ServerProcess host, int at) in hosts.Select((host, at) => (host, at)))
            {
                await Eventually.TrueAsync(() => host.Output.Contains($"n{at + 1} is registered", StringComparison.Ordinal), Limit, () => host.Output);
            }

            Assert.Equal("OK", await EtcdctlAsync(ports[0], "put", "before", "1"));
            Assert.Equal("present/n1\n\npresent/n2\n\npresent/n3", await EtcdctlAsync(ports[1], "get", "present/", "--prefix", "--keys-only"));

            await hosts[0].KillAsync();

            // A write that was with the leader when it died may fail, as in etcd.
            await Eventually.TrueAsync(async () => await EtcdctlCodeAsync(ports[1], "put", "while-one-is-gone", "2") == 0, Limit, () => hosts[1].Output);
            await Eventually.TrueAsync(
                async () => await EtcdctlAsync(ports[2], "get", "present/", "--prefix", "--keys-only") == "present/n2\n\npresent/n3", Limit, () => hosts[2].Output);

            hosts[0] = Start(0);
            await Eventually.TrueAsync(() => hosts[0].Output.Contains("n1 is registered", StringComparison.Ordinal), Limit, () => hosts[0].Output);
            Assert.Equal("before\n1", await EtcdctlAsync(ports[0], "get", "before"));
            Assert.Equal("while-one-is-gone\n2", await EtcdctlAsync(ports[0], "get", "while-one-is-gone"));
            foreach (ServerProcess host in hosts)
            {
                await host.TerminateAsync();
                Assert.True(host.ExitCode == 0, host.Output);
            }
        }
        finally
        {
            foreach (ServerProcess host in hosts)
            {
                await host.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task LeaderElection_MovesToTheNext_WhenTheLeaderDies()
    {
        await using var cluster = ProcessCluster.OfMetaStore(1);
        await cluster.StartAsync();
        ServerProcess Start() => samples.Start("LeaderElection", $"--Cluster=http://{cluster.Endpoints}");
        await using ServerProcess first = Start();
        await Eventually.TrueAsync(() => first.Output.Contains("Counted to 2", StringComparison.Ordinal), Limit, () => first.Output);
        await using ServerProcess second = Start();
        await Eventually.TrueAsync(() => second.Output.Contains("Application started", StringComparison.Ordinal), Limit, () => second.Output);
        Assert.DoesNotContain("leads", second.Output, StringComparison.Ordinal);

        await first.KillAsync();
        await Eventually.TrueAsync(() => second.Output.Contains("Counted to", StringComparison.Ordinal), Limit, () => second.Output);
        Assert.DoesNotContain("Counted to 1\n", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReloadedConfiguration_PrintsEachChange()
    {
        await using var cluster = ProcessCluster.OfMetaStore(1);
        await cluster.StartAsync();
        int port = cluster.Nodes[0].ClientUrl.Port;
        await using ServerProcess program = samples.Start("ReloadedConfiguration", $"--Cluster=http://{cluster.Endpoints}");
        await Eventually.TrueAsync(() => program.Output.Contains("Application started", StringComparison.Ordinal), Limit, () => program.Output);
        Assert.Contains("hello from appsettings.json", program.Output, StringComparison.Ordinal);
        foreach (string text in (string[])["hello from the cluster", "and again"])
        {
            await MetactlAsync(port, "put", "config/Greeting/Text", text);
            await Eventually.TrueAsync(() => program.Output.Split('\n').Contains(text), Limit, () => program.Output);
        }

        await MetactlAsync(port, "del", "config/Greeting/Text");
        await Eventually.TrueAsync(() => program.Output.Split('\n').Count(line => line == "hello from appsettings.json") == 2, Limit, () => program.Output);
    }

    [Fact]
    public async Task WatchedCache_AnswersFromMemory_UntilTheValueChanges()
    {
        await using var cluster = ProcessCluster.OfMetaStore(1);
        await cluster.StartAsync();
        int port = cluster.Nodes[0].ClientUrl.Port;
        string url = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";
        await MetactlAsync(port, "put", "values/greeting", "hello");
        await using ServerProcess program = samples.Start("WatchedCache", $"--Urls={url}", $"--Cluster=http://{cluster.Endpoints}");
        await AnswersAsync(url + "/values/greeting", "hello", program);
        await Eventually.TrueAsync(async () => await AskAsync(url + "/values/greeting") == ("hello", "hit"), Limit, () => program.Output);
        await MetactlAsync(port, "put", "values/greeting", "changed");
        await Eventually.TrueAsync(async () => (await AskAsync(url + "/values/greeting")).Body == "changed", Limit, () => program.Output);
        await Eventually.TrueAsync(async () => await AskAsync(url + "/values/greeting") == ("changed", "hit"), Limit, () => program.Output);
    }

    /// <summary>Settings of a member, as arguments of its host.</summary>
    private string[] Member(string section, string name, int port, string peer, string all) =>
    [
        $"--{section}:name={name}", $"--{section}:data-dir={Path.Combine(_data, name)}", $"--{section}:listen-client-urls=http://127.0.0.1:{port}",
        $"--{section}:advertise-client-urls=http://127.0.0.1:{port}", $"--{section}:listen-peer-urls={peer}", $"--{section}:initial-advertise-peer-urls={peer}",
        $"--{section}:initial-cluster={all}",
    ];

    private Task AnswersAsync(string url, string body, ServerProcess process) => Eventually.TrueAsync(
        async () => !process.IsRunning ? throw new InvalidOperationException(process.Output) : (await AskAsync(url)).Body == body, Limit, () => process.Output);

    private async Task<(string? Body, string? Cache)> AskAsync(string url)
    {
        try
        {
            using HttpResponseMessage response = await _http.GetAsync(url);
            return (await response.Content.ReadAsStringAsync(), response.Headers.TryGetValues("X-Cache", out IEnumerable<string>? cache) ? cache.Single() : null);
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return (null, null);
        }
    }

    /// <summary>Puts once.</summary>
    /// <returns>False: to be asked again until the process has ended.</returns>
    private async Task<bool> PutAsync(string url)
    {
        try
        {
            using HttpResponseMessage response = await _http.PutAsync(url, new StringContent("value"));
        }
        catch (Exception ended) when (ended is HttpRequestException or OperationCanceledException)
        {
            // The host has stopped listening, or the call waited for a member that has failed.
        }

        return false;
    }

    private static async Task<string> MetactlAsync(int port, params string[] arguments) =>
        (await Dotnet.RunAsync(Programs.Metactl, [$"--endpoints=127.0.0.1:{port}", .. arguments])).Trim();

    /// <summary>etcdctl where it is installed; metactl, which has its words, elsewhere.</summary>
    private static string EtcdctlProgram => Programs.Etcdctl ?? Programs.Metactl;

    private static async Task<string> EtcdctlAsync(int port, params string[] arguments) =>
        (await Dotnet.RunAsync(EtcdctlProgram, [$"--endpoints=127.0.0.1:{port}", .. arguments])).Trim();

    private static async Task<int> EtcdctlCodeAsync(int port, params string[] arguments)
    {
        await using ServerProcess etcdctl = ServerProcess.Start(EtcdctlProgram, [$"--endpoints=127.0.0.1:{port}", .. arguments]);
        return await etcdctl.WaitForExitAsync(Limit);
    }
}
