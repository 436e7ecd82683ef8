using System.Globalization;
using System.Net;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Descriptors;

/// <summary>A cluster of one member with a limit of open files.</summary>
internal sealed class LimitedMember : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-limited-").FullName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(5) };

    private LimitedMember(string engine, int limit, int softLimit, string[] environment, string[] flags)
    {
        var ports = FreePorts.Take(2);
        EndPoint = new IPEndPoint(IPAddress.Loopback, ports[0]);
        var peer = $"http://127.0.0.1:{ports[1]}";
        string[] member =
        [
            "env", .. environment, Programs.MetaStore, "--data-dir", Path.Combine(_folder, "data"), "--listen-client-urls", Url.ToString(), "--advertise-client-urls", Url.ToString(),
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"default={peer}", .. EngineFlags.Of(engine), .. flags,
        ];
        Process = ServerProcess.Start("/bin/sh", ["-c", $"ulimit -S -n {softLimit} && ulimit -H -n {limit} && exec \"$@\"", "sh", .. member]);
    }

    public IPEndPoint EndPoint { get; }

    public Uri Url => new($"http://{EndPoint}");

    public ServerProcess Process { get; }

    public static LimitedMember Start(string engine, int limit, int? softLimit = null, params string[] flags) => new(engine, limit, softLimit ?? limit, [], flags);

    /// <summary>With a thread pool of fixed size: to start a thread the runtime needs two descriptors for a moment, and fails without them.</summary>
    public static LimitedMember StartWithFixedThreads(string engine, int limit) =>
        new(engine, limit, limit, ["DOTNET_ThreadPool_ForceMinWorkerThreads=4", "DOTNET_ThreadPool_ForceMaxWorkerThreads=4", "DOTNET_ThreadPool_ThreadTimeoutMs=100000"], []);

    /// <summary>Waits until it serves or has exited.</summary>
    public async Task<bool> HasEndedBeforeReadyAsync(TimeSpan patience)
    {
        await Eventually.TrueAsync(async () => !Process.IsRunning || await TryMetricAsync("etcd_server_has_leader") == 1, patience, () => Process.Output);
        if (Process.IsRunning)
        {
            return false;
        }

        await Process.WaitForExitAsync(patience);
        return true;
    }

    /// <summary>A value from /metrics.</summary>
    public async Task<double> MetricAsync(string name)
    {
        var page = await _http.GetStringAsync(new Uri(Url, "/metrics"));
        var line = page.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>The same; NaN without a response.</summary>
    public async Task<double> TryMetricAsync(string name)
    {
        try
        {
            return await MetricAsync(name);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return double.NaN;
        }
    }

    /// <summary>Changes the soft limit of the running process.</summary>
    public async Task LimitAsync(int softLimit)
    {
        await using var tool = ServerProcess.Start("prlimit", ["--pid", Process.Id.ToString(CultureInfo.InvariantCulture), $"--nofile={softLimit}:"]);
        Assert.Equal(0, await tool.WaitForExitAsync(TimeSpan.FromSeconds(10)));
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
