using System.Text.Json.Nodes;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>A short batch compare on three real members: its output, and that the members' settings are restored however it ends.</summary>
[Collection(nameof(OneAtATime))]
public sealed class BatchCompareTests(RunningCluster cluster) : IClassFixture<RunningCluster>, IAsyncLifetime
{
    private const string Prefix = "/metactl/batch-compare/";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly string[] Short = ["batch", "compare", "--force", "--modes", "dynamic", "--loads", "1,8", "--rounds", "3", "--seconds", "0.02"];

    private readonly ProcessCluster _cluster = cluster.Members;
    private readonly string _report = Path.Combine(Path.GetTempPath(), $"batch-compare-{Environment.ProcessId}.html");
    private MetaStoreClient _client = null!;

    public async Task InitializeAsync()
    {
        _client = new MetaStoreClient(MetaStoreClientOptions.Parse(_cluster.Endpoints));
        await _client.Kv.PutAsync("other", "stays");

        // Settings that match no mode, different at each member.
        foreach (var (node, number) in _cluster.Nodes.Select((node, number) => (node, number)))
        {
            using var member = _client.At(node.ClientUrl);
            await member.Batching.SetAsync(new BatchSettings { Policy = BatchPolicy.Fixed, FixedBatchSize = 40 + number, FlushWhenIdle = true, TargetEvaluationIntervalUs = 7_000_000 });
        }
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        File.Delete(_report);
        return Task.CompletedTask;
    }

    /// <summary>Several runs on one cluster: starting a cluster for each would take longer than all of them.</summary>
    [Fact]
    public async Task Compare_Reports_AndLeavesTheClusterAsItWas()
    {
        var (code, output, error) = await InProcess.RunAsync(["--endpoints", _cluster.Nodes[0].Endpoint, .. Short, "--report", _report]);
        Assert.True(code == 0, output + error);
        string[] lines = output.Split('\n');
        Assert.Equal(4, lines.Count(line => line.EndsWith(" 0", StringComparison.Ordinal) && (line.Contains(" off ", StringComparison.Ordinal) || line.Contains(" dynamic ", StringComparison.Ordinal))));
        Assert.Contains(lines, line => line.StartsWith("dynamic is ", StringComparison.Ordinal) && line.EndsWith('.'));
        Assert.Contains("round 3 of 3 is done", error, StringComparison.Ordinal);
        Assert.Contains("<svg", await File.ReadAllTextAsync(_report), StringComparison.Ordinal);
        await IsAsItWasAsync();

        (code, output, error) = await InProcess.RunAsync(
            ["--endpoints", _cluster.Endpoints, "-w", "json", "batch", "compare", "--force", "--modes", "target,dynamic", "--loads", "4", "--rounds", "1", "--puts", "5", "--seconds", "0.02", "--value-sizes", "1KiB", "--target", "all", "--compact"]);
        Assert.True(code == 0, output + error);
        var json = JsonNode.Parse(output)!;
        Assert.Equal(3, json["cells"]!.AsArray().Count);
        Assert.All(json["cells"]!.AsArray(), cell =>
        {
            Assert.Equal(20, (long)cell!["rounds"]![0]!["succeeded"]!);
            Assert.Equal(20, (long)cell["rounds"]![0]!["proposals"]!);
            Assert.InRange((double)cell["puts_per_entry"]!, 1, (string)cell["mode"]! == "off" ? 1 : 4);
        });
        Assert.Contains("nothing is shown", (string?)json["verdict"], StringComparison.Ordinal);
        Assert.Contains(json["notes"]!.AsArray(), note => ((string)note!).Contains("no target set", StringComparison.Ordinal));
        await IsAsItWasAsync();
    }

    [Fact]
    public async Task Compare_Refuses_WhatWouldSpoilIt_AndTouchesNothing()
    {
        // Keys of an earlier run that was killed.
        await _client.Kv.PutAsync(Prefix + "0001", "left");
        var (code, _, error) = await InProcess.RunAsync(["--endpoints", _cluster.Endpoints, .. Short]);
        Assert.Equal(128, code);
        Assert.Contains($"metactl del --prefix {Prefix}", error, StringComparison.Ordinal);
        Assert.Equal("left", (await _client.Kv.GetAsync(Prefix + "0001"))!.Value.ToStringUtf8());
        await _client.Kv.DeleteAsync(Prefix + "0001");

        // Other clients.
        using var end = new CancellationTokenSource();
        var writing = WriteAsync(end.Token);
        (code, var output, error) = await InProcess.RunAsync(["--endpoints", _cluster.Endpoints, .. Short.Where(word => word != "--force")]);
        Assert.Equal((1, string.Empty), (code, output));
        Assert.Contains("other clients write to the cluster", error, StringComparison.Ordinal);

        (code, output, error) = await InProcess.RunAsync(["--endpoints", _cluster.Endpoints, .. Short]);
        Assert.True(code == 0, error);
        Assert.Contains("WARNING: other clients write to the cluster", output, StringComparison.Ordinal);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);

        foreach (var (words, says) in new[] { ("--modes of", "unknown mode 'of'"), ("--rounds 0", "--rounds must be"), ("--prefix=", "--prefix must not be empty"), ("--target one", "neither leader nor all"), ("-w fields", "fields not supported") })
        {
            (code, _, error) = await InProcess.RunAsync(["--endpoints", _cluster.Endpoints, "batch", "compare", .. words.Split(' ')]);
            Assert.NotEqual(0, code);
            Assert.Contains(says, error, StringComparison.Ordinal);
        }

        await IsAsItWasAsync();
    }

    [Fact]
    public async Task Compare_Interrupted_PutsEverythingBack()
    {
        await using var running = await StartAsync();
        Signals.Send(running.Id, Signals.Interrupt);
        Assert.NotEqual(0, await running.WaitForExitAsync(Limit));
        Assert.Contains("the members' settings are restored and the keys are deleted", running.Output, StringComparison.Ordinal);
        await IsAsItWasAsync();
    }

    [Fact]
    public async Task Compare_ThatLosesAMember_PutsTheOthersBack()
    {
        await using var running = await StartAsync();
        var lost = _cluster.Nodes[^1];
        await lost.Process!.KillAsync();
        Assert.Equal(1, await running.WaitForExitAsync(Limit));
        Assert.Contains($"{lost.Endpoint} did not get its batch settings restored", running.Output, StringComparison.Ordinal);
        await IsAsItWasAsync(lost);
        _cluster.Launch(lost);
        await _cluster.WaitUntilHealthyAsync(lost);
    }

    /// <summary>Starts a run that would take minutes and waits until it measures.</summary>
    private async Task<ServerProcess> StartAsync()
    {
        var running = ServerProcess.StartInterruptible(Programs.Metactl, ["--endpoints", _cluster.Endpoints, "--command-timeout", "2s", "batch", "compare", "--force", "--modes", "dynamic", "--loads", "4", "--rounds", "500", "--seconds", "0.02"]);
        await OneMember.PrintedAsync(running, output => output.Contains("round 2 of 500 is done", StringComparison.Ordinal));
        return running;
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _client.Kv.PutAsync("load", "x", cancellation);
        }
    }

    private async Task IsAsItWasAsync(ClusterNode? except = null)
    {
        foreach (var (node, number) in _cluster.Nodes.Select((node, number) => (node, number)).Where(member => member.node != except))
        {
            using var member = _client.At(node.ClientUrl);
            var settings = (await member.Batching.GetAsync()).Settings;
            Assert.Equal((BatchPolicy.Fixed, 40 + number, true, 7_000_000), (settings.Policy, settings.FixedBatchSize, settings.FlushWhenIdle, settings.TargetEvaluationIntervalUs));
        }

        var range = KeyRange.Prefix(Prefix);
        Assert.Equal(0, (await _client.Kv.RangeAsync(new RangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, CountOnly = true })).Count);
        Assert.Empty((await _client.Lease.ListAsync()).Leases);
        Assert.Equal("stays", (await _client.Kv.GetAsync("other"))!.Value.ToStringUtf8());
    }
}
