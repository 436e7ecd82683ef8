using System.Diagnostics;
using System.Globalization;
using MetaStore.Protocol.Etcd;
using MetaStore.Client;
using Grpc.Core;
using MetaStore.Robustness.Load;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.HostilePeer;

/// <summary>Sends hostile frames to the peer ports of three real members under load, and checks that all still run, hold equal state and lost nothing.</summary>
internal static class HostileRun
{
    private const int Clients = 8;
    private const int Diallers = 4;
    private const long MemoryBytesMax = 300_000_000;
    private const int WrittenFirst = 300;

    /// <summary>At least one in this many messages must have reached the checks of the core.</summary>
    private const int RefusedShareMin = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan MemoryLimit = TimeSpan.FromSeconds(60);

    /// <summary>Runs and prints one line with the result.</summary>
    /// <param name="engine">memory or rocksdb.</param>
    /// <param name="seed">Determines what is sent; the members' reaction also depends on timing.</param>
    /// <param name="messages">Number of frames.</param>
    /// <returns>False when a check failed.</returns>
    public static async Task<bool> RunAsync(string engine, int seed, int messages)
    {
        var clock = Stopwatch.StartNew();
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine, "--snapshot-count", "5000", "--snapshot-catchup-entries", "1000"));
        HostileDialler[] diallers = [];
        string memory = "";
        long refused = 0;
        string? wrong = null;
        int calls = 0;
        try
        {
            await cluster.StartAsync();
            await using var clients = new RecordingClients(cluster.Nodes.Select(node => node.ClientUrl), cluster.Security, Clients, Pause);
            await Eventually.TrueAsync(() => clients.Written >= WrittenFirst, Limit, () => "the load does not start");
            long[] before = [.. cluster.Nodes.Select(node => node.Process!.ResidentBytes)];
            diallers = await SendAsync(cluster, seed, messages);
            await clients.WrittenAfterAsync(Stopwatch.GetTimestamp(), Limit);
            await clients.StopAsync();
            calls = clients.History.Count;
            refused = await RefusedAsync(cluster);
            wrong = Ended(cluster) ?? await CheckAsync(cluster, clients);
            if (wrong is null && refused < messages / RefusedShareMin)
            {
                wrong = "too few of the messages were checked for a meaningful result";
            }

            if (wrong is null)
            {
                (memory, wrong) = await MemoryAsync(cluster, before);
            }

            wrong ??= await RestartAsync(cluster, clients);
        }
        catch (Exception failure) when (failure is TimeoutException or InvalidOperationException or RpcException or HttpRequestException)
        {
            wrong = Ended(cluster) ?? failure.Message;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"hostile-peer {engine} seed {seed}: {diallers.Sum(one => one.Sent):N0} messages, {diallers.Sum(one => one.Connections):N0} connections, "
            + $"{diallers.Sum(one => one.Admitted):N0} admitted, {refused:N0} messages refused for their content; {calls:N0} concurrent calls; {memory}{clock.Elapsed.TotalSeconds:F0} s: "
            + $"{wrong ?? "0 ended, equal, linearizable, restarted"}"));
        if (wrong is not null)
        {
            Console.WriteLine(string.Join('\n', cluster.Nodes.Select(node => $"--- {node.Name}: {Tail(node.Process?.Output ?? "")}")));
        }

        return wrong is null;
    }

    private static async Task<HostileDialler[]> SendAsync(ProcessCluster cluster, int seed, int messages)
    {
        using MetaStoreClient client = ClientOf([.. cluster.Nodes.Select(node => node.ClientUrl)]);
        MemberListResponse members = await client.Cluster.MemberListAsync(new MemberListRequest());
        int port = FreePorts.Take(1)[0];
        ulong learner = 0;
        await using var pretended = new PretendedLearner(port, members.Header.ClusterId, () => Volatile.Read(ref learner));
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    MemberAddResponse added = await client.Cluster.MemberAddAsync(new MemberAddRequest { PeerURLs = { $"http://127.0.0.1:{port}" }, IsLearner = true });
                    Volatile.Write(ref learner, added.Member.ID);
                    return true;
                }
                catch (RpcException early) when (early.StatusCode == StatusCode.Unavailable)
                {
                    // The members have been disconnected from each other for less than five seconds.
                    return false;
                }
            },
            Limit,
            () => "no learner can be added");
        var targets = new HostileTargets(
            members.Header.ClusterId,
            [.. cluster.Nodes.Select(node => new HostileTarget(members.Members.Single(member => member.Name == node.Name).ID, node.PeerPort))],
            learner);
        using var stop = new CancellationTokenSource();
        Task following = FollowTermAsync(cluster, targets, stop.Token);
        HostileDialler[] diallers = [.. Enumerable.Range(0, Diallers).Select(i => new HostileDialler(targets, seed * 1000 + i * 2))];
        Task sending = Task.WhenAll(diallers.Select(one => Task.Run(() => one.RunAsync(messages / Diallers))));
        while (!sending.IsCompleted && Ended(cluster) is null)
        {
            await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(1)));
        }

        await stop.CancelAsync();
        await following;
        if (Ended(cluster) is { } ended)
        {
            throw new InvalidOperationException(ended);
        }

        await sending;
        await Eventually.TrueAsync(() => RemovedAsync(client, learner), Limit, () => "the learner is not removed");
        return diallers;
    }

    private static async Task<bool> RemovedAsync(MetaStoreClient client, ulong learner)
    {
        try
        {
            await client.Cluster.MemberRemoveAsync(new MemberRemoveRequest { ID = learner });
            return true;
        }
        catch (RpcException refused)
        {
            // NotFound: removed by an earlier call whose response was lost. Otherwise there is no leader at the moment.
            return refused.StatusCode == StatusCode.NotFound;
        }
    }

    private static async Task FollowTermAsync(ProcessCluster cluster, HostileTargets targets, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (ClusterNode node in cluster.Nodes)
            {
                try
                {
                    using MetaStoreClient client = ClientOf([node.ClientUrl]);
                    targets.Term = Math.Max(targets.Term, (await client.Maintenance.StatusAsync(new StatusRequest(), stop)).RaftTerm);
                }
                catch (Exception e) when (e is RpcException or OperationCanceledException)
                {
                    // Overloaded, exited, or the run is over; all of these are checked elsewhere.
                }
            }

            await Task.WhenAny(Task.Delay(200, stop));
        }
    }

    private static async Task<string?> CheckAsync(ProcessCluster cluster, RecordingClients clients)
    {
        string? wrong = null;
        await Eventually.TrueAsync(async () => (wrong = await UnequalAsync(cluster)) is null, Limit, () => wrong!);
        return await HistoryCheck.RunAsync([.. cluster.Nodes.Select(node => (node.Name, node.ClientUrl))], cluster.Security, clients.History);
    }

    /// <summary>The members' count of invalid messages.</summary>
    private static async Task<long> RefusedAsync(ProcessCluster cluster)
    {
        const string name = "metastore_raft_messages_refused_total ";
        using var http = new HttpClient();
        long sum = 0;
        foreach (ClusterNode node in cluster.Nodes)
        {
            string page = await http.GetStringAsync(new Uri(node.ClientUrl, "/metrics"));
            string line = page.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal));
            sum += (long)double.Parse(line[name.Length..], CultureInfo.InvariantCulture);
        }

        return sum;
    }

    private static async Task<string?> UnequalAsync(ProcessCluster cluster)
    {
        (long Revision, uint Hash)[] hashes = await Task.WhenAll(cluster.Nodes.Select(async node =>
        {
            using MetaStoreClient client = ClientOf([node.ClientUrl]);
            HashKVResponse hash = await client.Maintenance.HashKVAsync(new HashKVRequest());
            return (hash.Header.Revision, hash.Hash);
        }));
        return hashes.Distinct().Count() == 1 ? null : $"unequal: {string.Join(", ", hashes)}";
    }

    private static async Task<(string Line, string? Wrong)> MemoryAsync(ProcessCluster cluster, long[] before)
    {
        long[] above = [];
        bool isBack = true;
        try
        {
            await Eventually.TrueAsync(
                () =>
                {
                    above = [.. cluster.Nodes.Select((node, i) => node.Process!.ResidentBytes - before[i])];
                    return above.Max() <= MemoryBytesMax;
                },
                MemoryLimit,
                () => "memory");
        }
        catch (TimeoutException)
        {
            isBack = false;
        }

        string line = $"memory growth: {string.Join(", ", above.Select(bytes => $"{bytes / 1_000_000} MB"))}; ";
        return (line, isBack ? null : $"{line} more than {MemoryBytesMax / 1_000_000} MB after a minute");
    }

    private static async Task<string?> RestartAsync(ProcessCluster cluster, RecordingClients clients)
    {
        await Task.WhenAll(cluster.Nodes.Select(node => node.Process!.KillAsync()));
        foreach (ClusterNode node in cluster.Nodes)
        {
            cluster.Launch(node);
        }

        await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
        return await CheckAsync(cluster, clients);
    }

    private static string? Ended(ProcessCluster cluster) => cluster.Nodes.FirstOrDefault(node => node.Process is { IsRunning: false }) is { } ended
        ? $"{ended.Name} ended with {ended.Process!.ExitCode}"
        : null;

    private static MetaStoreClient ClientOf(IReadOnlyList<Uri> endpoints) => new(new MetaStoreClientOptions
    {
        Endpoints = [.. endpoints],
        CommandTimeout = TimeSpan.FromSeconds(10),
        DialTimeout = TimeSpan.FromMilliseconds(500),
    });

    private static string Tail(string output) => string.Join('\n', output.Split('\n').TakeLast(15));
}
