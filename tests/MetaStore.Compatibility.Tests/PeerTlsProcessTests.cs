using System.Net;
using System.Net.Sockets;
using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Compatibility.Tests.Tls;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests;

/// <summary>Real processes whose members prove to each other who they are, asked by etcdctl.</summary>
[Collection("processes")]
public sealed class PeerTlsProcessTests
{
    private const string Secret = "a secret of a test, which has more than 32 bytes";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static readonly string[] s_fast = ["--heartbeat-interval=50", "--election-timeout=500"];

    private static readonly string[] s_mutual =
    [
        "--peer-cert-file", "{files}/server{member}.crt", "--peer-key-file", "{files}/server{member}.key", "--peer-trusted-ca-file", "{files}/ca.crt", "--peer-client-cert-auth",
    ];

    [SkippableFact]
    public async Task Cluster_OverMutualTls_ServesRestartsAndTakesAMember()
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed: run make test-deps");
        await using TlsCluster cluster = await TlsCluster.StartAsync(Programs.MetaStore, 3, [.. s_mutual, .. s_fast]);
        string[] all = ["--endpoints", cluster.Endpoints, "--cacert", cluster.Files["ca.crt"], "--command-timeout=20s"];
        Assert.Equal(0, (await cluster.EtcdctlAsync([.. all, "put", "k", "v"])).ExitCode);
        for (int member = 0; member < 3; member++)
        {
            await cluster.RestartAsync(member);
            EtcdctlAnswer got = await cluster.EtcdctlAsync([.. all, "get", "k"]);
            Assert.True(got.Output == "k\nv\n", $"{got} {cluster.Members[member].Output}");
        }

        // In cleartext nothing is answered, not even what any process may ask without TLS: who the members are.
        await SayAsync(cluster.PeerPort(0), "MSPEER\0\u0001\u0004\0\0\0"u8.ToArray());
        await Eventually.TrueAsync(
            () => cluster.Members[0].Output.Contains("it speaks cleartext, and listen-peer-urls of this member is https", StringComparison.Ordinal), s_limit, () => cluster.Members[0].Output);

        int[] ports = FreePorts.Take(2);
        string peer = $"https://127.0.0.1:{ports[1]}";

        // Refused as long as one of the members, which have just restarted, is not known to be well.
        await SucceedsAsync(cluster, [.. all, "member", "add", "n3", $"--peer-urls={peer}"]);
        string[] flags =
        [
            .. cluster.CommandLine(2).Select(flag => flag == "n2" ? "n3" : flag == cluster.Files["n2"] ? cluster.Files["n3"]
                : flag == cluster.PeerUrl(2) ? peer : flag == cluster.Url(2) ? $"https://127.0.0.1:{ports[0]}" : flag == cluster.Founders ? $"{cluster.Founders},n3={peer}" : flag),
            "--initial-cluster-state=existing",
        ];
        await using ServerProcess joined = ServerProcess.Start(Programs.MetaStore, flags);
        await Eventually.TrueAsync(
            async () => joined.IsRunning
                ? (await cluster.EtcdctlAsync(["--endpoints", $"https://127.0.0.1:{ports[0]}", "--cacert", cluster.Files["ca.crt"], "--command-timeout=3s", "get", "k"])).Output == "k\nv\n"
                : throw new InvalidOperationException(joined.Output),
            s_limit, () => joined.Output);
    }

    [SkippableFact]
    public async Task Cluster_GoesFromHttpToHttps_OneMemberAfterTheOther()
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed: run make test-deps");
        string[] certificates = [.. s_mutual.Chunk(2).Select(pair => string.Join('=', pair))];
        await using TlsCluster cluster = await TlsCluster.StartAsync(Programs.MetaStore, 3, [.. certificates, .. s_fast]);
        string[] all = ["--endpoints", cluster.Endpoints, "--cacert", cluster.Files["ca.crt"], "--command-timeout=20s"];
        Assert.Equal(0, (await cluster.EtcdctlAsync([.. all, "put", "k", "v"])).ExitCode);
        string list = (await cluster.EtcdctlAsync([.. all, "member", "list"])).Output;
        for (int member = 0; member < 3; member++)
        {
            string url = cluster.PeerUrl(member);
            Assert.StartsWith("http:", url, StringComparison.Ordinal);
            string secure = url.Replace("http:", "https:", StringComparison.Ordinal);
            string id = list.Split('\n').Single(line => line.Contains(url, StringComparison.Ordinal)).Split(',')[0];
            await SucceedsAsync(cluster, [.. all, "member", "update", id, $"--peer-urls={secure}"]);

            // A member that has not heard of the new URL before the restart could not answer the leader at it.
            await EachServesAsync(cluster);
            await cluster.RestartAsync(member, flag => flag.Replace(url, secure, StringComparison.Ordinal));
            await EachServesAsync(cluster);
        }
    }

    [SkippableTheory]
    [RowOnRequest("--peer-secret-file {files}/secret")]
    [InlineData("--peer-secret-file {files}/secret --peer-auto-tls")]
    public async Task Cluster_WithASecret_ServesAndRefusesOneWithout(string flags)
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed: run make test-deps");
        await using TlsCluster cluster = await TlsCluster.StartAsync(Programs.MetaStore, 3, made => WriteSecret(made.Files, Secret), [.. flags.Split(' '), .. s_fast]);
        string[] all = ["--endpoints", cluster.Endpoints, "--cacert", cluster.Files["ca.crt"], "--command-timeout=20s"];
        Assert.Equal(0, (await cluster.EtcdctlAsync([.. all, "put", "k", "v"])).ExitCode);
        await cluster.RestartAsync(1);
        Assert.Equal("k\nv\n", (await cluster.EtcdctlAsync([.. all, "get", "k"])).Output);

        int[] ports = FreePorts.Take(2);
        string peer = $"http://127.0.0.1:{ports[1]}";
        await using ServerProcess outsider = ServerProcess.Start(
            Programs.MetaStore,
            [
                "--name", "outsider", "--data-dir", cluster.Files["outsider"], "--listen-client-urls", $"http://127.0.0.1:{ports[0]}", "--advertise-client-urls", $"http://127.0.0.1:{ports[0]}",
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"{cluster.Founders},outsider={peer}", "--initial-cluster-state=existing",
                "--peer-auto-tls",
            ]);
        Assert.Equal(64, await outsider.WaitForExitAsync(s_limit));
        Assert.Contains("demands proof of the peer secret, and this node has none", outsider.Output, StringComparison.Ordinal);
        Assert.All(cluster.Members, member => Assert.DoesNotContain(Secret, member.Output, StringComparison.Ordinal));
        Assert.Contains(cluster.Members, member => member.Output.Contains("it has no peer secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://0.0.0.0:{port}", "--require-tls", "can be reached from other machines and has no TLS, which require-tls demands", 64)]
    [InlineData("https://0.0.0.0:{port}", "--require-tls --peer-auto-tls", "require-tls demands that members prove who they are", 64)]
    [InlineData("http://127.0.0.1:{port}", "--peer-secret-file={files}/gone", "gone cannot be read", 64)]
    [InlineData("http://127.0.0.1:{port}", "--peer-secret-file={files}/short", "a secret has 5 bytes, and 32 are the least", 64)]
    [InlineData("https://127.0.0.1:{port}", "--peer-cert-file={files}/gone --peer-key-file={files}/gone", "gone cannot be read", 64)]
    public async Task Start_SaysWhatIsWrongWithThePeerPort(string url, string flags, string said, int code)
    {
        using var files = new CertificateFolder();
        WriteSecret(files, "short", "short");
        int[] ports = FreePorts.Take(2);
        url = Filled(url);
        await using ServerProcess member = ServerProcess.Start(
            Programs.MetaStore,
            [
                "--data-dir", files["data"], "--listen-client-urls", $"http://127.0.0.1:{ports[0]}", "--advertise-client-urls", $"http://127.0.0.1:{ports[0]}",
                "--listen-peer-urls", url, "--initial-advertise-peer-urls", url.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal),
                .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Filled),
            ]);
        if (code != 0)
        {
            Assert.Equal(code, await member.WaitForExitAsync(s_limit));
            Assert.False(Directory.Exists(files["data"]));
        }

        await Eventually.TrueAsync(() => member.Output.Contains(Filled(said), StringComparison.Ordinal), s_limit, () => member.Output);

        string Filled(string text) => text.Replace("{port}", $"{ports[1]}", StringComparison.Ordinal).Replace("{files}", files.Root, StringComparison.Ordinal);
    }

    /// <summary>Every member has applied what was committed before.</summary>
    private static async Task EachServesAsync(TlsCluster cluster)
    {
        for (int member = 0; member < 3; member++)
        {
            await SucceedsAsync(cluster, ["--endpoints", cluster.Url(member), "--cacert", cluster.Files["ca.crt"], "--command-timeout=5s", "get", "k"]);
        }
    }

    private static async Task SucceedsAsync(TlsCluster cluster, string[] command)
    {
        EtcdctlAnswer? last = null;
        await Eventually.TrueAsync(
            async () => (last = await cluster.EtcdctlAsync(command)).ExitCode == 0, s_limit,
            () => $"{last}\n{string.Join("\n\n", cluster.Members.Select(member => member.Output))}");
    }

    private static void WriteSecret(CertificateFolder files, string text, string name = "secret")
    {
        string path = files.Write(name, text + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>Sends bytes, and waits until the other side has closed.</summary>
    private static async Task SayAsync(int port, byte[] bytes)
    {
        using var limit = new CancellationTokenSource(s_limit);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        await socket.SendAsync(bytes, limit.Token);
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], limit.Token));
        }
        catch (SocketException)
        {
            // A reset: closed with bytes unread.
        }
    }
}
