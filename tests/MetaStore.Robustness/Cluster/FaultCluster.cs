using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client;
using Grpc.Core;
using MetaStore.Robustness.Disks;
using MetaStore.Robustness.Network;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Cluster;

/// <summary>Three real members, each in its own network namespace and file system, connected by one switch.</summary>
internal sealed class FaultCluster : IAsyncDisposable
{
    private const int DiskMegabytes = 420;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly string _folder;
    private readonly string[] _extra;

    private FaultCluster(string folder, string[] extra, PacketSwitch network, FaultNode[] nodes, ClusterSecurity security) =>
        (_folder, _extra, Network, Nodes, Security, Clocks) = (folder, extra, network, nodes, security, WallClocks.TryMake(folder));

    public PacketSwitch Network { get; }

    public IReadOnlyList<FaultNode> Nodes { get; }

    /// <summary>What the members demand.</summary>
    public ClusterSecurity Security { get; }

    /// <summary>Null where they cannot be changed.</summary>
    public WallClocks? Clocks { get; }

    public IEnumerable<FaultNode> Running => Nodes.Where(node => node.IsRunning);

    /// <summary>Starts a new cluster and waits until it serves.</summary>
    /// <param name="network">The switch to which the members are connected.</param>
    /// <param name="folder">Folder for the disk images.</param>
    /// <param name="engine">memory or rocksdb.</param>
    /// <param name="isSecured">With TLS on both ports and auth.</param>
    /// <param name="more">More flags for every member.</param>
    public static async Task<FaultCluster> StartAsync(PacketSwitch network, string folder, string engine, bool isSecured, params string[] more)
    {
        const int size = 3;
        Directory.CreateDirectory(folder);
        var security = ClusterSecurity.Of(isSecured, [.. Enumerable.Range(1, size).Select(PacketSwitch.AddressOf)]);
        FaultNode[] nodes = [.. Enumerable.Range(1, size).Select(host => new FaultNode(host, new NodeDisk(folder, $"n{host}", DiskMegabytes), security))];

        // Small counts, so that snapshots, log truncations and flushes are frequent.
        var cluster = new FaultCluster(folder, EngineFlags.Of(engine, ["--snapshot-count", "2000", "--snapshot-catchup-entries", "500", .. more]), network, nodes, security);
        foreach (FaultNode node in nodes)
        {
            cluster.Launch(node);
        }

        await cluster.AllServeAsync();
        await security.SignInAsync([.. nodes.Select(node => new Uri(node.ClientUrl))]);
        return cluster;
    }

    /// <summary>Starts a member's process; does not wait.</summary>
    public void Launch(FaultNode node) => node.Process = ServerProcess.Start(
        "nsenter", [$"--net=/run/netns/{node.Name}", Programs.MetaStore, .. Arguments(node)], Clocks?.EnvironmentOf(node));

    /// <summary>The running member that is the leader in the highest term, or null.</summary>
    public async Task<FaultNode?> TryLeaderAsync()
    {
        (FaultNode Node, StatusResponse? Status)[] answers = await Task.WhenAll(Running.Select(async node => (node, await StatusAsync(node))));
        return answers.Where(answer => answer.Status is { } status && status.Leader == status.Header.MemberId)
            .OrderByDescending(answer => answer.Status!.RaftTerm).FirstOrDefault().Node;
    }

    public async Task<FaultNode> LeaderAsync()
    {
        FaultNode? leader = null;
        await Eventually.TrueAsync(async () => (leader = await TryLeaderAsync()) is not null, Limit, () => "no leader: " + Outputs());
        return leader!;
    }

    /// <summary>Waits until a member answers a linearizable read.</summary>
    public Task ServesAsync(FaultNode node) => Eventually.TrueAsync(
        async () =>
        {
            if (node.Process is { IsRunning: false } ended)
            {
                throw new InvalidOperationException($"{node.Name} ended with {ended.ExitCode}:\n{Tail(ended.Output)}");
            }

            try
            {
                await node.Client.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("health") });
                return true;
            }
            catch (RpcException)
            {
                return false;
            }
        },
        Limit,
        () => $"{node.Name} does not serve: {Outputs()}");

    public Task AllServeAsync() => Task.WhenAll(Nodes.Select(ServesAsync));

    /// <summary>Disarms every raised alarm.</summary>
    public async Task DisarmAsync()
    {
        FaultNode leader = await LeaderAsync();
        using var client = new MetaStoreClient(MemberOptions.Of(Security, new Uri(leader.ClientUrl)));
        AlarmResponse raised = await client.Maintenance.AlarmAsync(new AlarmRequest());
        foreach (AlarmMember alarm in raised.Alarms)
        {
            await client.Maintenance.AlarmAsync(
                new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Deactivate, Alarm = alarm.Alarm, MemberID = alarm.MemberID });
        }
    }

    public string Outputs() => string.Join('\n', Nodes.Select(node => $"--- {node.Name}: {Tail(node.Process?.Output ?? string.Empty)}"));

    public async ValueTask DisposeAsync()
    {
        foreach (FaultNode node in Nodes)
        {
            if (node.Process is { } process)
            {
                await process.DisposeAsync();
            }

            node.Dispose();
            node.Disk.Dispose();
        }

        Security.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<StatusResponse?> StatusAsync(FaultNode node)
    {
        try
        {
            return await node.Client.Maintenance.StatusAsync(new StatusRequest());
        }
        catch (RpcException)
        {
            return null; // not started or unreachable
        }
    }

    private static string Tail(string output) => string.Join('\n', output.Split('\n').TakeLast(12));

    private IEnumerable<string> Arguments(FaultNode node) =>
    [
        "--name", node.Name,
        "--data-dir", node.DataDirectory,
        "--listen-client-urls", node.ClientUrl,
        "--advertise-client-urls", node.ClientUrl,
        "--listen-peer-urls", node.PeerUrl,
        "--initial-advertise-peer-urls", node.PeerUrl,
        "--initial-cluster", string.Join(',', Nodes.Select(member => $"{member.Name}={member.PeerUrl}")),
        "--initial-cluster-token", "metafault",
        "--initial-cluster-state", "new",
        .. Security.MemberFlags,
        .. _extra,
    ];
}
