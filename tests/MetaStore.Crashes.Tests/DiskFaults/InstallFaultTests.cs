using MetaStore.Protocol.Etcd;
using MetaStore.Crashes.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Crashes.Tests.DiskFaults;

/// <summary>A disk that fails on a follower while it receives or installs a snapshot.</summary>
public sealed class InstallFaultTests
{
    private const int Writes = 150;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [SkippableTheory(DisplayName = "a snapshot cannot be received or installed: exit 74 with file and cause, caught up after the next start")]
    [RowOnRequest("pwrite", "/snap/", FaultRule.InputOutput)]
    [InlineData("fsync", "/snap/", FaultRule.InputOutput)]
    [InlineData("write,pwrite", "/engine/db-0000000000000002", FaultRule.NoSpace)]
    [RowOnRequest("fsync,fdatasync", "/engine/db-0000000000000002", FaultRule.InputOutput)]
    [InlineData("rename", "/engine/CURRENT", FaultRule.InputOutput)]
    public async Task Fatal_ItStops(string calls, string path, int error)
    {
        await using var cluster = await FarBehindAsync();
        var victim = cluster.Nodes[2];
        var shim = new FaultShim(Path.GetDirectoryName(victim.DataDirectory)!);
        cluster.LaunchWith(victim, shim.Environment([new FaultRule(calls, path, $"{error}")], armed: true));
        var exitCode = await victim.Process!.WaitForExitAsync(Limit);

        var line = victim.Process.Output.Split('\n')[^1];
        Assert.True(exitCode == FaultyMember.IoError, $"exit code {exitCode}: {line}\n{string.Join('\n', shim.Fired)}");
        Assert.Contains(error == FaultRule.NoSpace ? "No space left on device" : "Input/output error", line, StringComparison.Ordinal);
        Assert.Contains(path.Split('/')[1], line, StringComparison.Ordinal);
        Assert.Contains(cluster.Nodes, node => SentFiles(node));
        cluster.Launch(victim);
        await CatchesUpAsync(cluster);
    }

    [SkippableFact(DisplayName = "no room for a snapshot that is received: the follower stays up, and takes it when there is room")]
    public async Task NoRoomForTheSnapshot_ItWaits()
    {
        await using var cluster = await FarBehindAsync();
        var victim = cluster.Nodes[2];
        var shim = new FaultShim(Path.GetDirectoryName(victim.DataDirectory)!);
        cluster.LaunchWith(victim, shim.Environment([new FaultRule("pwrite", "/snap/", $"{FaultRule.NoSpace}", Count: 2)], armed: true));
        await Eventually.TrueAsync(() => shim.Fired.Count > 0, Limit, () => $"no snapshot came\n{victim.Process!.Output}");
        await CatchesUpAsync(cluster);
        Assert.Equal(2, shim.Fired.Count);
        Assert.Contains(cluster.Nodes, node => SentFiles(node));
    }

    [SkippableFact(DisplayName = "the leader cannot link its files for a follower: it goes on, and the follower gets the portable snapshot")]
    public async Task SenderCannotLink_ThePortableSnapshotIsSent()
    {
        await using var cluster = await FarBehindAsync(new FaultRule("link", "/engine/files-", $"{FaultRule.InputOutput}"));
        var victim = cluster.Nodes[2];
        cluster.Launch(victim);
        await CatchesUpAsync(cluster);
        Assert.Contains(cluster.Nodes, node => node.Process!.Output.Contains("is sent the portable snapshot", StringComparison.Ordinal));
        Assert.Contains("Portable, installed in", victim.Process!.Output, StringComparison.Ordinal);
        Assert.All(cluster.Nodes, node => Assert.True(node.Process!.IsRunning));
        Assert.All(cluster.Nodes, node => Assert.Empty(Directory.GetDirectories(Path.Combine(node.DataDirectory, "engine"), "files-*")));
    }

    /// <summary>Between members on RocksDB the engine's files must be what was sent when the disk failed.</summary>
    private static bool SentFiles(ClusterNode node) =>
        node.Process!.Output.Split('\n').Any(line => line.Contains("the snapshot at index", StringComparison.Ordinal) && line.Contains("EngineFiles", StringComparison.Ordinal));

    /// <summary>Three members, of which the last is stopped and lags beyond the log; the disks of the others may have faults.</summary>
    private static async Task<ProcessCluster> FarBehindAsync(params FaultRule[] faults)
    {
        Skip.If(FaultShim.Missing is not null, FaultShim.Missing);
        var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of("rocksdb", "--snapshot-count", "50", "--snapshot-catchup-entries", "5"));
        foreach (var node in cluster.Nodes)
        {
            cluster.LaunchWith(node, new FaultShim(Path.GetDirectoryName(node.DataDirectory)!).Environment(faults, armed: true));
        }

        await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
        await cluster.Nodes[2].Process!.KillAsync();
        using var sender = new CallSender(cluster.Nodes[0].ClientUrl);
        for (var answered = 0; answered < Writes;)
        {
            // The stopped member may have been the leader: some calls get no response.
            var put = new KvCall(null, [new Change($"key/{answered % 40:d2}", $"value {answered}")], []);
            await sender.SendAsync(put, CancellationToken.None);
            answered += put.Answered is null ? 0 : 1;
        }

        return cluster;
    }

    private static async Task CatchesUpAsync(ProcessCluster cluster)
    {
        await cluster.WaitUntilHealthyAsync(cluster.Nodes[2]);
        using var one = new CallSender(cluster.Nodes[0].ClientUrl);
        using var victim = new CallSender(cluster.Nodes[2].ClientUrl);
        await Eventually.TrueAsync(
            async () =>
            {
                var (expected, found) = (await one.Client.Maintenance.HashKVAsync(new HashKVRequest()), await victim.Client.Maintenance.HashKVAsync(new HashKVRequest()));
                return expected.Hash == found.Hash && expected.Header.Revision == found.Header.Revision;
            },
            Limit,
            () => $"it does not catch up\n{cluster.Nodes[2].Process!.Output}");
    }
}
