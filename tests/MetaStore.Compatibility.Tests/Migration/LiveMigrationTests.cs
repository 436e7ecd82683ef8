using System.Diagnostics;
using MetaStore.Client;
using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests.Migration;

/// <summary><c>metactl migrate</c> from a running etcd that is written to, and back: nothing is lost.</summary>
[Collection("processes")]
public sealed class LiveMigrationTests(ITestOutputHelper output)
{
    [SkippableFact]
    public async Task Keys_MoveWhileTheyAreWritten_AndBack()
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        await using var etcd = ProcessCluster.OfEtcd(1);
        await using var metastore = ProcessCluster.OfMetaStore(1);
        await Task.WhenAll(etcd.StartAsync(), metastore.StartAsync());
        using var left = MovedData.Of(etcd.Nodes[0].ClientUrl);
        using var right = MovedData.Of(metastore.Nodes[0].ClientUrl);
        await left.Lease.GrantAsync(new LeaseGrantRequest { ID = MovedData.Lease, TTL = 5000 });
        await WriteAsync(left, 0, 150);

        var moving = MigrateAsync(etcd, metastore, "--cut-over");
        await WriteAsync(left, 150, 400);
        await CheckAsync(moving, left, right);
        Assert.Equal(5000, (await right.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = MovedData.Lease })).GrantedTTL);

        // Back: etcd still has the old keys.
        await right.Kv.DeleteAsync(KeyRange.Prefix("k0"));
        var refused = await MigrateAsync(metastore, etcd, "--cut-over");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("add --resume", refused.Error, StringComparison.Ordinal);
        var back = MigrateAsync(metastore, etcd, "--cut-over", "--resume");
        await WriteAsync(right, 400, 500);
        await CheckAsync(back, right, left);
    }

    [SkippableFact]
    public async Task TwoThousandWritesPerSecond_AreAllMoved()
    {
        Skip.If(Environment.GetEnvironmentVariable("METASTORE_EXHAUSTIVE") != "1", "METASTORE_EXHAUSTIVE is not set");
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        await using var etcd = ProcessCluster.OfEtcd(1);
        await using var metastore = ProcessCluster.OfMetaStore(1);
        await Task.WhenAll(etcd.StartAsync(), metastore.StartAsync());
        using var left = MovedData.Of(etcd.Nodes[0].ClientUrl);
        using var right = MovedData.Of(metastore.Nodes[0].ClientUrl);
        await WriteManyAsync(left, ticks: 100);
        var moving = MigrateAsync(etcd, metastore, "--cut-over");
        var clock = Stopwatch.StartNew();
        var written = await WriteManyAsync(left, ticks: 1000);
        var ended = clock.Elapsed;
        await CheckAsync(moving, left, right);
        output.WriteLine($"{written / ended.TotalSeconds:0} writes/s while it ran; {(clock.Elapsed - ended).TotalSeconds:0.0} s from the last write to the end of the cut-over and one more comparison");
    }

    [Fact]
    public async Task SourceThatIsNotThere_SaysHowToContinue()
    {
        await using var metastore = ProcessCluster.OfMetaStore(1);
        await metastore.StartAsync();
        var answer = await RunAsync("--command-timeout=5s", "migrate", "--from", "127.0.0.1:1", "--to", metastore.Endpoints);
        Assert.Equal(3, answer.ExitCode);
        Assert.Contains("run the same command with --resume", answer.Error, StringComparison.Ordinal);
    }

    private static async Task WriteAsync(MetaStoreClient client, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            await MovedData.ChangeAsync(client, i);
        }
    }

    /// <summary>40 puts every 20 ms, as far as the server keeps up, over 50,000 keys.</summary>
    private static async Task<int> WriteManyAsync(MetaStoreClient client, int ticks)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var number = 0;
        for (var tick = 0; tick < ticks && await timer.WaitForNextTickAsync(); tick++)
        {
            await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => number++).Select(one => client.Kv.PutAsync($"many/{one % 50_000}", $"{one}")));
        }

        return number;
    }

    private static Task<EtcdctlAnswer> MigrateAsync(ProcessCluster from, ProcessCluster to, params string[] flags) =>
        RunAsync(["--command-timeout=30s", "migrate", "--from", from.Endpoints, "--to", to.Endpoints, .. flags]);

    private static async Task<EtcdctlAnswer> RunAsync(params string[] words) => await MetactlRun.RunAsync(words, [], new Dictionary<string, string>());

    private async Task CheckAsync(Task<EtcdctlAnswer> moving, MetaStoreClient source, MetaStoreClient target)
    {
        var answer = await moving.WaitAsync(TimeSpan.FromMinutes(2));
        output.WriteLine(answer.Error + answer.Output);
        Assert.Equal(0, answer.ExitCode);
        Assert.Contains("cut-over: the target has all", answer.Output, StringComparison.Ordinal);
        Assert.Equal(await PairsAsync(source), await PairsAsync(target));
    }

    private static async Task<List<(string Key, string Value, long Lease)>> PairsAsync(MetaStoreClient client)
    {
        var pairs = new List<(string Key, string Value, long Lease)>();
        await foreach (var pair in client.Kv.ScanAsync(KeyRange.All))
        {
            pairs.Add((pair.Key.ToStringUtf8(), pair.Value.ToBase64(), pair.Lease));
        }

        Assert.NotEmpty(pairs);
        return pairs;
    }
}
