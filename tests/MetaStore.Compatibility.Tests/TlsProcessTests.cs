using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Compatibility.Tests.Tls;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests;

/// <summary>Real processes with TLS on the client port, asked by etcdctl and metactl; where etcd is installed, it is asked the same.</summary>
[Collection("processes")]
public sealed class TlsProcessTests
{
    private static readonly string[] Mutual = ["--trusted-ca-file", "{files}/ca.crt", "--client-cert-auth", "--client-cert-file", "{files}/client.crt", "--client-key-file", "{files}/client.key"];

    /// <summary>What etcdctl shows, whether a server that demands certificates serves it, and one that does not.</summary>
    private static readonly (string[] Flags, bool MutualServes, bool PlainServes)[] Clients =
    [
        (["--cacert={files}/ca.crt", "--cert={files}/client.crt", "--key={files}/client.key"], true, true),
        (["--cacert={files}/ca.crt"], false, true),
        (["--cacert={files}/other.crt", "--cert={files}/client.crt", "--key={files}/client.key"], false, false),
        (["--cacert={files}/ca.crt", "--cert={files}/foreign.crt", "--key={files}/foreign.key"], false, true),
        (["--cacert={files}/ca.crt", "--cert={files}/server-only.crt", "--key={files}/server-only.key"], false, true),
        (["--cacert={files}/ca.crt", "--cert={files}/expired.crt", "--key={files}/expired.key"], false, true),
        (["--insecure-skip-tls-verify", "--cert={files}/client.crt", "--key={files}/client.key"], true, true),
        ([], false, false),
    ];

    [SkippableTheory]
    [InlineData(true)]
    [RowOnRequest(false)]
    public async Task Etcdctl_IsServedAsByEtcd(bool isMutual)
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed: run make test-deps");
        string[] flags = isMutual ? Mutual[..3] : [];
        string[] programs = Programs.Etcd is { } etcd ? [Programs.MetaStore, etcd] : [Programs.MetaStore];
        foreach (string program in programs)
        {
            await using TlsCluster cluster = await TlsCluster.StartAsync(program, 1, flags);
            using TestAuthority other = TestAuthority.Create("other");
            cluster.Files.Write("other.crt", other.Pem);
            cluster.Files.Write("foreign", other.Issue("CN=client"));
            cluster.Files.Write("server-only", cluster.Authority.Issue("CN=client", forClients: false));
            cluster.Files.Write("expired", cluster.Authority.Issue("CN=client", from: -9, to: -1));
            foreach ((string[] shown, bool mutualServes, bool plainServes) in Clients)
            {
                string[] client = [.. shown.Select(flag => flag.Replace("{files}", cluster.Files.Root, StringComparison.Ordinal))];
                EtcdctlAnswer answer = await cluster.EtcdctlAsync(["--endpoints", cluster.Url(0), "--command-timeout=2s", "--dial-timeout=2s", .. client, "put", "k", "v"]);
                Assert.True((answer.ExitCode == 0) == (isMutual ? mutualServes : plainServes), $"{program} {string.Join(' ', shown)}: {answer}");
            }

            // The scheme of another kind of port.
            string cleartext = cluster.Url(0).Replace("https", "http", StringComparison.Ordinal);
            Assert.NotEqual(0, (await cluster.EtcdctlAsync(["--endpoints", cleartext, "--command-timeout=2s", "get", "k"])).ExitCode);
        }
    }

    [SkippableFact]
    public async Task Cluster_ServesEveryKindOfCall_AtEveryMember()
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed: run make test-deps");
        await using TlsCluster cluster = await TlsCluster.StartAsync(Programs.MetaStore, 3, [.. Mutual, "--heartbeat-interval=50", "--election-timeout=500"]);
        string[] all = ["--endpoints", cluster.Endpoints, .. cluster.ClientFlags, "--command-timeout=20s"];
        Assert.Equal(0, (await cluster.EtcdctlAsync([.. all, "put", "k", "v"])).ExitCode);

        // etcdctl 3.4 names members by their whole URL here.
        EtcdctlAnswer status = await cluster.EtcdctlAsync([.. cluster.ClientFlags, "--endpoints", cluster.Url(0), "endpoint", "status", "--cluster"]);
        Assert.True(status.ExitCode == 0 && status.Output.Count(letter => letter == '\n') == 3, status.ToString());
        Assert.Contains(cluster.Url(2), (await cluster.EtcdctlAsync([.. all, "member", "list"])).Output, StringComparison.Ordinal);

        // Leases are answered by the leader alone: the others pass the calls on to its https address.
        for (int member = 0; member < 3; member++)
        {
            string[] one = ["--endpoints", cluster.Url(member), .. cluster.ClientFlags, "--command-timeout=20s"];
            EtcdctlAnswer granted = await cluster.EtcdctlAsync([.. one, "lease", "grant", "600"]);
            string lease = granted.Output.Split(' ')[1];
            EtcdctlAnswer renewed = await cluster.EtcdctlAsync([.. one, "lease", "keep-alive", "--once", lease]);
            Assert.True(renewed.ExitCode == 0 && renewed.Output.Contains("keepalived", StringComparison.Ordinal), $"{renewed} {cluster.Members[member].Output}");
            Assert.Contains("remaining", (await cluster.EtcdctlAsync([.. one, "lease", "timetolive", lease])).Output, StringComparison.Ordinal);
            Assert.Equal("k\nv\n", (await cluster.EtcdctlAsync([.. one, "get", "k"])).Output);
        }

        using EtcdctlProcess watch = EtcdctlProcess.Start([.. all, "watch", "w"]);
        for (int at = 0; at < 3; at++)
        {
            Assert.Equal(0, (await cluster.EtcdctlAsync(["--endpoints", cluster.Url(at), .. cluster.ClientFlags, "put", "w", $"{at}"])).ExitCode);
        }

        await watch.PrintedAsync(3);
        watch.Interrupt();
        await watch.EndedAsync();
    }

    [SkippableFact]
    public async Task WithoutAnAuthorityFile_MembersVerifyEachOtherByTheOwnChain()
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed: run make test-deps");
        await using TlsCluster cluster = await TlsCluster.StartAsync(Programs.MetaStore, 3, "--heartbeat-interval=50", "--election-timeout=500");

        // The authority follows the leaf in each file; the members read that while they run.
        for (int member = 0; member < 3; member++)
        {
            string leaf = await File.ReadAllTextAsync(cluster.Files[$"server{member}.crt"]);
            cluster.Files.Write($"server{member}.crt", leaf + cluster.Authority.Pem);
        }

        await MetaStore.Testing.Eventually.TrueAsync(
            () => cluster.Members.All(member => member.Output.Contains("Read again", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => "the files are read again");
        for (int member = 0; member < 3; member++)
        {
            string[] one = ["--endpoints", cluster.Url(member), "--cacert", cluster.Files["ca.crt"], "--command-timeout=10s"];
            string lease = (await cluster.EtcdctlAsync([.. one, "lease", "grant", "600"])).Output.Split(' ')[1];
            EtcdctlAnswer left = await cluster.EtcdctlAsync([.. one, "lease", "timetolive", lease]);
            Assert.Contains("remaining", left.Output, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task AutoTls_MakesAPairOnce_ThatOnlyTheOwnerReads()
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed: run make test-deps");
        using var files = new CertificateFolder();
        int[] ports = FreePorts.Take(2);
        string[] flags =
        [
            "--data-dir", files["data"], "--listen-client-urls", $"https://127.0.0.1:{ports[0]},http://127.0.0.1:{ports[0]}", "--advertise-client-urls", $"https://127.0.0.1:{ports[0]}",
            "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{ports[1]}", "--initial-cluster", $"default=http://127.0.0.1:{ports[1]}",
            "--auto-tls",
        ];
        string? made = null;
        string certificate = Path.Combine(files["data"], "fixtures", "client", "cert.pem");
        for (int start = 0; start < 2; start++)
        {
            await using ServerProcess member = ServerProcess.Start(Programs.MetaStore, flags);
            foreach (string url in (string[])[$"https://127.0.0.1:{ports[0]}", $"http://127.0.0.1:{ports[0]}"])
            {
                await MetaStore.Testing.Eventually.TrueAsync(
                    async () =>
                    {
                        if (!member.IsRunning)
                        {
                            throw new InvalidOperationException(member.Output);
                        }

                        string[] trust = url.StartsWith("https", StringComparison.Ordinal) ? ["--cacert", certificate] : [];
                        using EtcdctlProcess put = EtcdctlProcess.Start(["--endpoints", url, .. trust, "--command-timeout=2s", "put", "k", "v"]);
                        await put.FeedAsync("", isAll: true);
                        return (await put.EndedAsync()).ExitCode == 0;
                    },
                    TimeSpan.FromSeconds(40), () => $"{url} answers:\n{member.Output}");
            }

            made ??= await File.ReadAllTextAsync(certificate);
            Assert.Equal(made, await File.ReadAllTextAsync(certificate));
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(certificate));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Path.GetDirectoryName(certificate)!, "key.pem")));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(certificate)!));
        }
    }

    [Fact]
    public async Task Metactl_TakesEtcdctlsFlagsAndVariables()
    {
        await using TlsCluster cluster = await TlsCluster.StartAsync(Programs.MetaStore, 1, Mutual);
        string host = $"127.0.0.1:{cluster.Ports[0]}";
        (int code, string output) = await cluster.MetactlAsync(["--endpoints", cluster.Url(0), .. cluster.ClientFlags, "put", "k", "v"]);
        Assert.True(code == 0, output);

        // An endpoint without a scheme uses TLS as soon as there is a certificate.
        (code, output) = await cluster.MetactlAsync(["--endpoints", host, .. cluster.ClientFlags, "get", "k"]);
        Assert.True(code == 0 && output == "k\nv", output);
        (code, output) = await cluster.MetactlAsync(
            ["--endpoints", host, "get", "k"],
            new Dictionary<string, string>
            {
                ["ETCDCTL_CACERT"] = cluster.Files["ca.crt"], ["METACTL_CERT"] = cluster.Files["client.crt"], ["ETCDCTL_KEY"] = cluster.Files["client.key"],
            });
        Assert.True(code == 0 && output == "k\nv", output);
        (code, output) = await cluster.MetactlAsync(["--endpoints", host, .. cluster.ClientFlags, "check", "perf", "--duration=1s"]);

        // Whether this machine is fast enough at the moment is not the question.
        Assert.True(code is 0 or 1 && output.Contains("Throughput ", StringComparison.Ordinal), output);

        (code, output) = await cluster.MetactlAsync(["--endpoints", cluster.Url(0), "--insecure-skip-tls-verify", "--cert", cluster.Files["client.crt"], "--key", cluster.Files["client.key"], "get", "k"]);
        Assert.True(code == 0, output);
        string[] quick = ["--command-timeout=2s", "get", "k"];
        Assert.Equal(1, (await cluster.MetactlAsync(["--endpoints", cluster.Url(0), .. quick])).ExitCode);
        Assert.Equal(1, (await cluster.MetactlAsync(["--endpoints", cluster.Url(0), "--insecure-skip-tls-verify", .. quick])).ExitCode);
        Assert.Equal(1, (await cluster.MetactlAsync(["--endpoints", host, "--insecure-transport=false", .. quick])).ExitCode);
        Assert.Equal(1, (await cluster.MetactlAsync(["--endpoints", "http://" + host, .. cluster.ClientFlags, .. quick])).ExitCode);
    }

    [Theory]
    [InlineData("--cert-file={files}/gone.crt", "gone.crt cannot be read")]
    [InlineData("--key-file={files}/ca.crt", "it holds no private key")]
    [InlineData("--key-file={files}/client.key", "its key is not the one of the certificate")]
    [InlineData("--trusted-ca-file={files}/client.key", "it holds no certificate")]
    [InlineData("--client-cert-file={files}/client.crt --client-key-file={files}/server.key", "its key is not the one of the certificate")]
    public async Task FileThatCannotBeUsed_EndsTheStart_BeforeAnythingIsWritten(string flags, string why)
    {
        using var files = new CertificateFolder();
        using TestAuthority authority = TestAuthority.Create();
        files.Write("ca.crt", authority.Pem);
        files.Write("client", authority.Issue("CN=client"));
        files.Write("server", authority.IssueServer());
        int[] ports = FreePorts.Take(2);
        await using ServerProcess member = ServerProcess.Start(
            Programs.MetaStore,
            [
                "--data-dir", files["data"], "--listen-client-urls", $"https://127.0.0.1:{ports[0]}", "--advertise-client-urls", $"https://127.0.0.1:{ports[0]}",
                "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{ports[1]}",
                "--cert-file", files["server.crt"], "--key-file", files["server.key"], .. flags.Replace("{files}", files.Root, StringComparison.Ordinal).Split(' '),
            ]);
        Assert.Equal(64, await member.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        string line = Assert.Single(member.Output.Split('\n'), line => line.StartsWith("metastore: ", StringComparison.Ordinal));
        Assert.Contains(why, line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(files["data"]));
    }
}
