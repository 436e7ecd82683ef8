using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Tls;

/// <summary>Real processes with https addresses for clients, and certificates in files. Members reach each other in cleartext, unless a flag gives them certificates.</summary>
internal sealed class TlsCluster : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly List<ServerProcess> _members = [];
    private readonly List<string[]> _commandLines = [];
    private readonly string _program;
    private readonly string _peerScheme;
    private readonly int _size;

    private TlsCluster(string program, int size, string[] flags)
    {
        _program = program;
        Ports = FreePorts.Take(size * 2);
        ClientCertificate = Authority.Issue("CN=client", ["client.test"]);
        Files.Write("ca.crt", Authority.Pem);
        Files.Write("client", ClientCertificate);
        _size = size;
        _peerScheme = flags.Any(flag => flag is "--peer-cert-file" or "--peer-auto-tls") ? "https" : "http";
        Founders = string.Join(',', Enumerable.Range(0, size).Select(at => $"n{at}={PeerUrl(at)}"));
        for (int at = 0; at < size; at++)
        {
            Files.Write($"server{at}", Authority.IssueServer($"CN=server{at}"));
            _commandLines.Add(
            [
                "--name", $"n{at}", "--data-dir", Files[$"n{at}"], "--listen-client-urls", Url(at), "--advertise-client-urls", Url(at),
                "--listen-peer-urls", PeerUrl(at), "--initial-advertise-peer-urls", PeerUrl(at),
                "--initial-cluster", Founders, "--cert-file", Files[$"server{at}.crt"], "--key-file", Files[$"server{at}.key"],
                .. flags.Select(flag => flag.Replace("{files}", Files.Root, StringComparison.Ordinal).Replace("{member}", $"{at}", StringComparison.Ordinal)),
            ]);
        }
    }

    public TestAuthority Authority { get; } = TestAuthority.Create();

    public CertificateFolder Files { get; } = new();

    public TestCertificate ClientCertificate { get; }

    public int[] Ports { get; }

    public IReadOnlyList<ServerProcess> Members => _members;

    /// <summary>All client URLs, with commas.</summary>
    public string Endpoints => string.Join(',', _commandLines.Select((_, at) => Url(at)));

    /// <summary>What a client shows and trusts, as flags of etcdctl and metactl.</summary>
    public string[] ClientFlags => ["--cacert", Files["ca.crt"], "--cert", Files["client.crt"], "--key", Files["client.key"]];

    /// <summary>Starts a cluster; in a flag "{files}" is the folder of the certificates, and "{member}" the member's number.</summary>
    public static Task<TlsCluster> StartAsync(string program, int size, params string[] flags) => StartAsync(program, size, _ => { }, flags);

    /// <summary>The same, with more files.</summary>
    public static async Task<TlsCluster> StartAsync(string program, int size, Action<TlsCluster> prepare, params string[] flags)
    {
        var cluster = new TlsCluster(program, size, flags);
        try
        {
            prepare(cluster);
            foreach (string[] commandLine in cluster._commandLines)
            {
                cluster._members.Add(ServerProcess.Start(program, commandLine));
            }

            for (int at = 0; at < size; at++)
            {
                int member = at;
                await Eventually.TrueAsync(
                    async () => cluster._members[member].IsRunning
                        ? (await cluster.EtcdctlAsync(["--endpoints", cluster.Url(member), .. cluster.ClientFlags, "--command-timeout", "2s", "get", "health"])).ExitCode == 0
                        : throw new InvalidOperationException(cluster._members[member].Output),
                    StartLimit, () => cluster._members[member].Output);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The value of --initial-cluster.</summary>
    public string Founders { get; }

    /// <summary>The flags of a member, for another process with most of them.</summary>
    public IReadOnlyList<string> CommandLine(int member) => _commandLines[member];

    /// <summary>Stops a member without warning, and starts it again.</summary>
    /// <param name="member">Its number.</param>
    /// <param name="change">Changes its flags, for this start and later ones; null leaves them.</param>
    public async Task RestartAsync(int member, Func<string, string>? change = null)
    {
        await _members[member].KillAsync();
        _commandLines[member] = change is null ? _commandLines[member] : [.. _commandLines[member].Select(change)];
        _members[member] = ServerProcess.Start(_program, _commandLines[member]);
    }

    public string PeerUrl(int member) => $"{_peerScheme}://127.0.0.1:{Ports[_size + member]}";

    public int PeerPort(int member) => Ports[_size + member];

    public string Url(int member) => $"https://127.0.0.1:{Ports[member]}";

    /// <summary>One command of etcdctl.</summary>
    public Task<EtcdctlAnswer> EtcdctlAsync(IEnumerable<string> words) => RunAsync(EtcdctlProcess.Start(words));

    /// <summary>One command of metactl.</summary>
    public async Task<(int ExitCode, string Output)> MetactlAsync(IEnumerable<string> words, IReadOnlyDictionary<string, string>? variables = null)
    {
        await using ServerProcess metactl = ServerProcess.Start(Programs.Metactl, words, variables);
        int code = await metactl.WaitForExitAsync(TimeSpan.FromSeconds(40));
        return (code, metactl.Output);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProcess member in _members)
        {
            await member.DisposeAsync();
        }

        Authority.Dispose();
        Files.Dispose();
    }

    private static async Task<EtcdctlAnswer> RunAsync(EtcdctlProcess process)
    {
        using (process)
        {
            await process.FeedAsync("", isAll: true);
            return await process.EndedAsync();
        }
    }
}
