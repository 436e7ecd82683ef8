using System.Diagnostics;
using System.Text.Json;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Client;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench;

/// <summary>A three-node cluster with load on it; no other cluster runs at the same time.</summary>
internal sealed class SystemUnderLoad(ProcessCluster cluster, string metaload) : IAsyncDisposable
{
    /// <summary>Seconds of a load before it is measured.</summary>
    public const int WarmUpSeconds = 3;

    private const int SteadyStateSeconds = 12;

    private static readonly TimeSpan LeaderPoll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LeaderPatience = TimeSpan.FromSeconds(30);

    /// <summary>The member that led while the system was warmed up; 0 before.</summary>
    private ulong _warm;

    /// <summary>Name and password of the user that makes the load, with a colon between them; null for the user of the cluster, if any.</summary>
    public string? User { get; set; }

    /// <summary>Client URLs of the members.</summary>
    public IReadOnlyList<Uri> Members => [.. cluster.Nodes.Select(node => node.ClientUrl)];

    /// <summary>The member that leads.</summary>
    /// <exception cref="InvalidOperationException">No member leads.</exception>
    public async Task<ClusterNode> LeaderAsync()
    {
        foreach (var node in cluster.Nodes)
        {
            if (IsLeader(await StatusAsync(node)))
            {
                return node;
            }
        }

        throw new InvalidOperationException("no member leads");
    }

    /// <summary>Starts the members and waits until all are healthy.</summary>
    public Task StartAsync() => cluster.StartAsync();

    /// <summary>A client that may do everything.</summary>
    /// <param name="members">Client URLs.</param>
    public MetaStoreClient Connect(IReadOnlyList<Uri> members) => new(new MetaStoreClientOptions
    {
        Endpoints = members,
        User = cluster.Security.User,
        Password = cluster.Security.Password,
        Tls = cluster.Security.AuthorityFile is { } file ? new ClientTlsOptions { AuthoritiesFile = file } : null,
        UnsafeUseInsecureChannelCallCredentials = true,
    });

    /// <summary>Lets the system reach its steady state, unmeasured: a server that has just started is still compiling code.</summary>
    public async Task WarmUpAsync(IEnumerable<BenchLoad> loads)
    {
        foreach (var workload in loads.Select(load => load.Workload).Distinct())
        {
            await MetaloadAsync(new BenchLoad("warm-up", workload, 100, Streams: 10), SteadyStateSeconds);
        }

        _warm = await WaitForLeaderAsync();
    }

    /// <summary>Stops all processes of the cluster; <see cref="ResumeAsync"/> continues them.</summary>
    public void Pause()
    {
        foreach (var node in cluster.Nodes)
        {
            node.Process!.Pause();
        }
    }

    /// <summary>Continues the members, waits until all are healthy, and lets the member lead that was warmed up.</summary>
    /// <remarks>
    /// Members that were stopped may elect another leader, whose code is not compiled for the load: its first rounds of gets are half as fast.
    /// </remarks>
    public async Task ResumeAsync()
    {
        foreach (var node in cluster.Nodes)
        {
            node.Process!.Resume();
        }

        await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
        var started = Stopwatch.GetTimestamp();
        while (_warm != 0)
        {
            if (await StatusOfLeaderAsync() is { } status)
            {
                if (status.Header.MemberId == _warm)
                {
                    return;
                }

                await TryMoveLeaderAsync();
            }

            if (Stopwatch.GetElapsedTime(started) > LeaderPatience)
            {
                throw new InvalidOperationException("the member that was warmed up does not lead again");
            }

            await Task.Delay(LeaderPoll);
        }
    }

    /// <summary>Runs one load and measures clients and servers.</summary>
    /// <param name="load">The load.</param>
    /// <param name="seconds">Measured time.</param>
    /// <param name="warmUp">Seconds of the same load before the measurement.</param>
    public async Task<LoadFigures> RunAsync(BenchLoad load, int seconds, int warmUp = WarmUpSeconds)
    {
        var indexBefore = await RaftIndexAsync();
        var bytesBefore = DiskTraffic.BytesWritten();
        var cpuBefore = ServerCpu();
        var json = await MetaloadAsync(load, seconds, warmUp);
        // Servers also worked during the warm-up; calls are charged with the fraction of the measured time.
        var share = (double)seconds / (seconds + warmUp);
        return LoadFigures.Parse(json, (ServerCpu() - cpuBefore) * share, (ulong)((await RaftIndexAsync() - indexBefore) * share), DiskTraffic.BytesWritten() - bytesBefore);
    }

    /// <summary>Runs a number of calls of one load, without a warm-up, and measures clients and servers.</summary>
    /// <param name="load">The load.</param>
    /// <param name="calls">Calls until the end.</param>
    public async Task<LoadFigures> RunCallsAsync(BenchLoad load, long calls)
    {
        var indexBefore = await RaftIndexAsync();
        var bytesBefore = DiskTraffic.BytesWritten();
        var cpuBefore = ServerCpu();
        var json = await MetaloadAsync(load, "--count", $"{calls}", "--warmup", "0");
        return LoadFigures.Parse(json, ServerCpu() - cpuBefore, (ulong)(await RaftIndexAsync() - indexBefore), DiskTraffic.BytesWritten() - bytesBefore);
    }

    /// <summary>Lets the system reach its steady state with watchers, unmeasured.</summary>
    public Task WarmUpWatchesAsync(int watchers, int inflight) => WatchAsync(watchers, inflight, SteadyStateSeconds);

    /// <summary>Runs puts that watchers receive.</summary>
    /// <returns>Events per second of all watchers together, and puts per second.</returns>
    public async Task<(double Events, double Puts)> WatchAsync(int watchers, int inflight, int seconds)
    {
        var (json, code) = await MetaloadAsync(
        [
            "watch", "--endpoints", cluster.Endpoints, "--watchers", $"{watchers}", "--inflight", $"{inflight}",
            "--duration", $"{seconds}", "--warmup", $"{WarmUpSeconds}", "-o", "json",
        ]);
        if (code is not (0 or 1))
        {
            throw new InvalidOperationException($"metaload ended with {code}: {json}");
        }

        using var document = JsonDocument.Parse(json);
        return (document.RootElement.GetProperty("events_per_second").GetDouble(), document.RootElement.GetProperty("puts_per_second").GetDouble());
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    private Task<string> MetaloadAsync(BenchLoad load, int seconds, int warmUp = WarmUpSeconds) =>
        MetaloadAsync(load, "--duration", $"{seconds}", "--warmup", $"{warmUp}");

    /// <param name="load">The load.</param>
    /// <param name="extent">Words of metaload that say for how long it runs.</param>
    private async Task<string> MetaloadAsync(BenchLoad load, params string[] extent)
    {
        var connections = load.Connections > 0 ? load.Connections : load.Gather ? 1 : Math.Max(1, load.Inflight / 50);
        string[] words =
        [
            load.Workload, "--endpoints", cluster.Endpoints, "--target", load.Target, "--inflight", $"{load.Inflight}", "--connections", $"{connections}",
            "--gather", load.Gather ? "yes" : "no",
            "--value-size", $"{load.ValueBytes}", "--streams", $"{load.Streams}", "-o", "json",
            .. extent,
            .. load.More,
        ];
        var (json, code) = await MetaloadAsync(words);
        return code == 0 || (load.MayFail && code == 1) ? json : throw new InvalidOperationException($"{load.Name}: calls failed or none was made, metaload ended with {code}: {json}");
    }

    /// <summary>Runs metaload with the given arguments.</summary>
    /// <returns>Its output and exit code; 1 when calls failed.</returns>
    public async Task<(string Json, int Code)> MetaloadAsync(string[] words)
    {
        var security = cluster.Security;
        var user = User ?? (security.User is { } name ? $"{name}:{security.Password}" : null);
        words = [.. words, .. security.AuthorityFile is { } file ? ["--cacert", file] : (string[])[], .. user is null ? (string[])[] : ["--user", user]];
        using var process = Process.Start(new ProcessStartInfo("dotnet", [metaload, .. words]) { RedirectStandardOutput = true })!;
        var json = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (json, process.ExitCode);
    }

    private async Task<double> RaftIndexAsync() => (await StatusAsync(cluster.Nodes[0])).RaftIndex;

    private async Task<StatusResponse> StatusAsync(ClusterNode node)
    {
        using var client = Connect([node.ClientUrl]);
        return await client.Maintenance.StatusAsync(new StatusRequest());
    }

    private static bool IsLeader(StatusResponse status) => status.Leader == status.Header.MemberId;

    private async Task<StatusResponse?> StatusOfLeaderAsync() => (await Task.WhenAll(cluster.Nodes.Select(StatusAsync))).FirstOrDefault(IsLeader);

    /// <summary>The id of the member that leads; an election may be going on.</summary>
    private async Task<ulong> WaitForLeaderAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await StatusOfLeaderAsync() is { } status)
            {
                return status.Header.MemberId;
            }

            if (Stopwatch.GetElapsedTime(started) > LeaderPatience)
            {
                throw new InvalidOperationException($"no member leads {LeaderPatience.TotalSeconds:0} s after the warm-up");
            }

            await Task.Delay(LeaderPoll);
        }
    }

    /// <summary>Does nothing when the member does not lead any more, or an election is going on.</summary>
    private async Task TryMoveLeaderAsync()
    {
        try
        {
            using var client = Connect([(await LeaderAsync()).ClientUrl]);
            await client.Maintenance.MoveLeaderAsync(new MoveLeaderRequest { TargetID = _warm });
        }
        catch (RpcException refused) when (refused.StatusCode is StatusCode.Unavailable or StatusCode.FailedPrecondition or StatusCode.DeadlineExceeded)
        {
            // Asked again.
        }
        catch (InvalidOperationException)
        {
            // No member leads at the moment.
        }
    }

    private TimeSpan ServerCpu() => cluster.Nodes.Aggregate(TimeSpan.Zero, (sum, node) => sum + node.Process!.ProcessorTime);
}
