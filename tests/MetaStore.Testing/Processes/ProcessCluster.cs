using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MetaStore.Testing.Processes;

/// <summary>A cluster of real processes on loopback, MetaStore's or etcd's: both take the same flags.</summary>
public sealed class ProcessCluster : IAsyncDisposable
{
    private const string Token = "metastore-test";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _program;
    private readonly string[] _extra;
    private readonly string _root;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private ProcessCluster(string program, int size, string[] extra)
    {
        _program = program;
        _extra = extra;
        _root = Directory.CreateTempSubdirectory("metastore-cluster-").FullName;
        var ports = FreePorts.Take(2 * size);
        var peers = ports[size..].OrderBy(MemberIdOf).ToArray();
        Nodes = [.. Enumerable.Range(0, size).Select(i =>
            new ClusterNode($"n{i + 1}", Path.Combine(_root, $"n{i + 1}"), ports[i], peers[i]))];
    }

    /// <summary>The members, in the order of their member ids, so that lists of them look alike in every cluster.</summary>
    public IReadOnlyList<ClusterNode> Nodes { get; }

    /// <summary>host:port of every member, comma separated, as --endpoints takes them.</summary>
    public string Endpoints => string.Join(',', Nodes.Select(node => node.Endpoint));

    /// <summary>A MetaStore cluster; not started yet.</summary>
    /// <param name="size">Members.</param>
    /// <param name="extra">More flags for every member.</param>
    public static ProcessCluster OfMetaStore(int size, params string[] extra) => new(Programs.MetaStore, size, extra);

    /// <summary>An etcd cluster; not started yet. Throws when etcd is not installed.</summary>
    /// <param name="size">Members.</param>
    /// <param name="extra">More flags for every member.</param>
    public static ProcessCluster OfEtcd(int size, params string[] extra) =>
        new(Programs.Etcd ?? throw new InvalidOperationException("etcd is not installed: run make test-deps"), size, ["--logger=zap", "--log-level=error", .. extra]);

    /// <summary>Starts every member and waits until all are healthy.</summary>
    public async Task StartAsync()
    {
        foreach (var node in Nodes)
        {
            Launch(node);
        }

        await Task.WhenAll(Nodes.Select(WaitUntilHealthyAsync));
    }

    /// <summary>Starts one member; does not wait.</summary>
    public void Launch(ClusterNode node) => node.Process = ServerProcess.Start(_program, Arguments(node));

    /// <summary>Waits until a member answers its health check, which includes a linearizable read.</summary>
    public Task WaitUntilHealthyAsync(ClusterNode node) => Eventually.TrueAsync(
        async () =>
        {
            if (node.Process is { IsRunning: false } ended)
            {
                throw new InvalidOperationException($"{node.Name} ended with {ended.ExitCode}:\n{ended.Output}");
            }

            return await IsHealthyAsync(node);
        },
        StartLimit,
        () => $"{node.Name} is not healthy; output:\n{node.Process?.Output}");

    /// <summary>One look at a member's /health.</summary>
    public async Task<bool> IsHealthyAsync(ClusterNode node)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(node.ClientUrl, "/health"));
            return answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync()).Contains("true", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The command line of a member.</summary>
    public IReadOnlyList<string> Arguments(ClusterNode node) =>
    [
        "--name", node.Name,
        "--data-dir", node.DataDirectory,
        "--listen-client-urls", node.ClientUrl.ToString().TrimEnd('/'),
        "--advertise-client-urls", node.ClientUrl.ToString().TrimEnd('/'),
        "--listen-peer-urls", node.PeerUrl,
        "--initial-advertise-peer-urls", node.PeerUrl,
        "--initial-cluster", string.Join(',', Nodes.Select(member => $"{member.Name}={member.PeerUrl}")),
        "--initial-cluster-token", Token,
        "--initial-cluster-state", "new",
        .. _extra,
    ];

    /// <summary>A first member's id: the first eight bytes of SHA-1 over its peer URL and the token, as etcd derives it.</summary>
    private static ulong MemberIdOf(int peerPort)
    {
#pragma warning disable CA5350 // A name, not a protection.
        var hash = SHA1.HashData(Encoding.ASCII.GetBytes($"http://127.0.0.1:{peerPort}{Token}"));
#pragma warning restore CA5350
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>Ends every process and removes the data.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            if (node.Process is not null)
            {
                await node.Process.DisposeAsync();
            }
        }

        _http.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
