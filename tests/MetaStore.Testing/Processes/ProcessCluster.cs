using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MetaStore.Testing.Processes;

/// <summary>A cluster of real processes on loopback, of MetaStore or etcd: both accept the same flags.</summary>
public sealed class ProcessCluster : IAsyncDisposable
{
    private const string FirstToken = "metastore-test";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _program;
    private readonly string[] _extra;
    private readonly string _root;
    private readonly List<ClusterNode> _members;
    private readonly Queue<ClusterNode> _spares;
    private readonly List<ClusterNode> _gone = [];
    private readonly string _founders;
    private readonly HttpClient _http;

    private ProcessCluster(string program, int size, int spares, ClusterSecurity security, string[] extra)
    {
        _program = program;
        Security = security;
        _http = new HttpClient(security.CreateHandler()) { Timeout = TimeSpan.FromSeconds(2) };
        _extra = extra;
        _root = Directory.CreateTempSubdirectory("metastore-cluster-").FullName;
        var ports = FreePorts.Take(2 * (size + spares));
        int[] peers = [.. ports[(size + spares)..][..size].OrderBy(port => MemberIdOf(security.Scheme, port)), .. ports[(size + spares + size)..]];
        ClusterNode[] nodes = [.. Enumerable.Range(0, size + spares).Select(i =>
            new ClusterNode($"n{i + 1}", Path.Combine(_root, $"n{i + 1}"), ports[i], peers[i], security))];
        _members = [.. nodes[..size]];
        _spares = new Queue<ClusterNode>(nodes[size..]);
        _founders = string.Join(',', _members.Select(member => $"{member.Name}={member.PeerUrl}"));
    }

    /// <summary>The members; the initial members in the order of their ids, so that member lists have the same order in every cluster.</summary>
    public IReadOnlyList<ClusterNode> Nodes => _members;

    /// <summary>What the members demand of clients and of each other. Belongs to the cluster.</summary>
    public ClusterSecurity Security { get; }

    /// <summary>The value of --initial-cluster for the initial members.</summary>
    public string Founders => _founders;

    /// <summary>The value of --initial-cluster-token.</summary>
    public string Token { get; set; } = FirstToken;

    /// <summary>Client URLs of all members and of those that can be added.</summary>
    public IReadOnlyList<Uri> AllClientUrls => [.. _members.Concat(_spares).Select(node => node.ClientUrl)];

    /// <summary>The endpoints of every member, comma separated, as for --endpoints.</summary>
    public string Endpoints => string.Join(',', Nodes.Select(node => node.Endpoint));

    /// <summary>A MetaStore cluster; not started yet.</summary>
    /// <param name="size">Number of members.</param>
    /// <param name="extra">More flags for every member.</param>
    public static ProcessCluster OfMetaStore(int size, params string[] extra) => Of(Programs.MetaStore, size, extra);

    /// <summary>The same, with TLS and auth or without; not started yet.</summary>
    /// <param name="size">Number of members.</param>
    /// <param name="security">Becomes the cluster's.</param>
    /// <param name="extra">More flags for every member.</param>
    public static ProcessCluster OfMetaStore(int size, ClusterSecurity security, params string[] extra) => new(Programs.MetaStore, size, spares: 0, security, extra);

    /// <summary>A cluster of a server from another build; not started yet.</summary>
    /// <param name="program">Path of its metastore program.</param>
    /// <param name="size">Number of members.</param>
    /// <param name="extra">More flags for every member.</param>
    public static ProcessCluster Of(string program, int size, params string[] extra) => new(program, size, spares: 0, ClusterSecurity.None, extra);

    /// <summary>A MetaStore cluster to which members can be added; not started yet.</summary>
    /// <param name="size">Number of initial members.</param>
    /// <param name="spares">How many can be added, one at a time, with <see cref="NextSpare"/> and <see cref="Join"/>.</param>
    /// <param name="extra">More flags for every member.</param>
    public static ProcessCluster Growing(int size, int spares, params string[] extra) => Growing(size, spares, ClusterSecurity.None, extra);

    /// <summary>The same, with TLS and auth or without; not started yet.</summary>
    /// <param name="size">Number of initial members.</param>
    /// <param name="spares">How many can be added.</param>
    /// <param name="security">Becomes the cluster's.</param>
    /// <param name="extra">More flags for every member.</param>
    public static ProcessCluster Growing(int size, int spares, ClusterSecurity security, params string[] extra) => new(Programs.MetaStore, size, spares, security, extra);

    /// <summary>An etcd cluster; not started yet. Throws when etcd is not installed.</summary>
    /// <param name="size">Number of members.</param>
    /// <param name="extra">More flags for every member.</param>
    public static ProcessCluster OfEtcd(int size, params string[] extra) => OfEtcd(size, ClusterSecurity.None, extra);

    /// <summary>The same, with TLS and auth or without; not started yet.</summary>
    /// <param name="size">Number of members.</param>
    /// <param name="security">Becomes the cluster's.</param>
    /// <param name="extra">More flags for every member.</param>
    public static ProcessCluster OfEtcd(int size, ClusterSecurity security, params string[] extra) => new(
        Programs.Etcd ?? throw new InvalidOperationException("etcd is not installed: run make test-deps"),
        size, spares: 0, security, ["--logger=zap", "--log-level=error", .. extra]);

    /// <summary>Starts every member, waits until all are healthy, and signs in where auth is demanded.</summary>
    public async Task StartAsync()
    {
        foreach (var node in Nodes)
        {
            Launch(node);
        }

        await Task.WhenAll(Nodes.Select(WaitUntilHealthyAsync));
        await Security.SignInAsync([.. Nodes.Select(node => node.ClientUrl)]);
    }

    /// <summary>The next member that can be added.</summary>
    public ClusterNode NextSpare => _spares.Peek();

    /// <summary>Starts <see cref="NextSpare"/>, which must already be added to the membership of the running cluster; does not wait.</summary>
    /// <param name="initialCluster">All members and their peer URLs, from the response of the member add.</param>
    public ClusterNode Join(string initialCluster)
    {
        var node = _spares.Dequeue();
        node.Joins = initialCluster;
        _members.Add(node);
        Launch(node);
        return node;
    }

    /// <summary>Removes a member that was removed from the cluster from the list; its process exits by itself.</summary>
    public void Leave(ClusterNode node)
    {
        _members.Remove(node);
        _gone.Add(node);
    }

    /// <summary>Starts one member; does not wait.</summary>
    /// <param name="node">The member.</param>
    /// <param name="more">Flags for this start only.</param>
    public void Launch(ClusterNode node, params string[] more) => node.Process = ServerProcess.Start(_program, [.. Arguments(node), .. more]);

    /// <summary>Starts one member with extra environment variables; does not wait.</summary>
    /// <param name="node">The member.</param>
    /// <param name="environment">Variables to add, for this start only.</param>
    public void LaunchWith(ClusterNode node, IReadOnlyDictionary<string, string> environment) =>
        node.Process = ServerProcess.Start(_program, Arguments(node), environment);

    /// <summary>Waits until a member's health check succeeds, which includes a linearizable read.</summary>
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

    /// <summary>Requests a member's /health once.</summary>
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
        "--initial-cluster", node.Joins ?? _founders,
        "--initial-cluster-token", Token,
        "--initial-cluster-state", node.Joins is null ? "new" : "existing",
        .. Security.MemberFlags,
        .. _extra,
    ];

    /// <summary>An initial member's id: the first eight bytes of SHA-1 over its peer URL and the token, as in etcd.</summary>
    private static ulong MemberIdOf(string scheme, int peerPort)
    {
#pragma warning disable CA5350 // An identifier, not used for security.
        var hash = SHA1.HashData(Encoding.ASCII.GetBytes($"{scheme}://127.0.0.1:{peerPort}{FirstToken}"));
#pragma warning restore CA5350
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>Ends every process and removes the data.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _members.Concat(_gone))
        {
            if (node.Process is not null)
            {
                await node.Process.DisposeAsync();
            }
        }

        _http.Dispose();
        Security.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
