using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client;
using MetaStore.Robustness.Cluster;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Robustness.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Backups;

/// <summary>A backup is saved, all data is deleted, and the cluster restored from the backup has the same state.</summary>
public sealed class BackupTests(ITestOutputHelper output)
{
    private const string Prefix = "backup";
    private const long Bump = 1_000_000_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [SkippableTheory(DisplayName = "snapshot save, wipe, restore: the same state under a new cluster id, on every member")]
    [RowOnRequest("memory", false)]
    [RowOnRequest("rocksdb", false)]
    [RowOnRequest("memory", true)]
    [InlineData("rocksdb", true)]
    public async Task Cluster_WipedAndRestored_HoldsTheSame(string engine, bool isSecured)
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, ClusterSecurity.Of(isSecured), EngineFlags.Of(engine, SnapshotFlags.Often));
        await cluster.StartAsync();
        var (resting, busy) = (Metactl.NewPath(), Metactl.NewPath());
        await using var load = new WriteLoad(cluster, writers: 8, Prefix);
        await load.ProgressAsync(500, Limit);
        var before = load.Records;
        await Metactl.RunAsync([.. cluster.Security.ToolFlags, "--endpoints", cluster.Nodes[0].Endpoint, "snapshot", "save", busy]);
        await load.ProgressAsync(100, Limit);
        await load.StopAsync();
        var (hash, clusterId) = await StateAsync(cluster);
        var saver = Programs.Etcdctl ?? Programs.Metactl;
        var saved = await Metactl.RunProgramAsync(saver, [.. cluster.Security.ToolFlags, "--endpoints", cluster.Nodes[1].Endpoint, "snapshot", "save", resting]);
        output.WriteLine($"{Path.GetFileName(saver)}: {saved}");
        output.WriteLine(await Metactl.RunAsync("-w", "table", "snapshot", "status", resting));

        await RestoreAsync(cluster, engine, resting, "restored-1");
        var (restoredHash, restoredId) = await StateAsync(cluster);
        Assert.Equal(hash, restoredHash);
        Assert.NotEqual(clusterId, restoredId);
        await CheckAsync(cluster, load.Records);

        // The backup taken under load contains the acknowledged writes; revisions that clients have seen are not assigned again.
        await RestoreAsync(cluster, engine, busy, "restored-2", "--bump-revision", $"{Bump}", "--mark-compacted");
        await CheckAsync(cluster, before, mayHoldMore: true);
        await AllHistoryIsGoneAsync(cluster.Nodes[2]);
        File.Delete(resting);
        File.Delete(busy);
    }

    [Fact(DisplayName = "a damaged backup is rejected, and leaves no files")]
    public async Task Restore_OfADamagedBackup_IsRefused()
    {
        await using var cluster = ProcessCluster.OfMetaStore(1);
        await cluster.StartAsync();
        var path = Metactl.NewPath();
        await Metactl.RunAsync("--endpoints", cluster.Endpoints, "snapshot", "save", path);
        var bytes = await File.ReadAllBytesAsync(path);
        var place = path + ".dir";
        foreach (var damage in (Func<byte[], byte[]>[])[Flip(100), Flip(bytes.Length - 10), whole => whole[..^512], whole => whole[..^1], _ => []])
        {
            await File.WriteAllBytesAsync(path, damage([.. bytes]));
            await using var restore = ServerProcess.Start(Programs.Metactl, ["snapshot", "restore", path, "--data-dir", place]);
            Assert.Equal(1, await restore.WaitForExitAsync(Limit));
            Assert.Contains("backup damaged", restore.Output, StringComparison.Ordinal);
            Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), Path.GetFileName(place) + "*"));
        }

        File.Delete(path);

        static Func<byte[], byte[]> Flip(int at) => whole =>
        {
            whole[at] ^= 1;
            return whole;
        };
    }

    private static async Task RestoreAsync(ProcessCluster cluster, string engine, string backup, string token, params string[] more)
    {
        await Task.WhenAll(cluster.Nodes.Select(node => node.Process!.KillAsync()));
        cluster.Token = token;
        foreach (var node in cluster.Nodes)
        {
            Directory.Delete(node.DataDirectory, recursive: true);
            await Metactl.RunAsync(["snapshot", "restore", backup, "--name", node.Name, "--data-dir", node.DataDirectory, "--engine", engine,
                    "--initial-cluster", cluster.Founders, "--initial-cluster-token", token, .. more]);
        }

        // The users and the switch come from the backup: a sign-in at a cluster without them fails.
        await cluster.StartAsync();
        await RefusesAnonymousAsync(cluster);
    }

    /// <summary>Where auth is on, nothing is read without a user.</summary>
    private static async Task RefusesAnonymousAsync(ProcessCluster cluster)
    {
        if (cluster.Security.User is null)
        {
            return;
        }

        using var anonymous = new MetaStoreClient(MemberOptions.Of(cluster.Security, cluster.Nodes[1].ClientUrl) with { User = null, Password = null });
        var refused = await Assert.ThrowsAsync<RpcException>(() => anonymous.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("after") }));
        Assert.Equal("etcdserver: user name is empty", refused.Status.Detail);
    }

    private static async Task<(uint Hash, ulong Cluster)> StateAsync(ProcessCluster cluster)
    {
        Assert.True(await ClusterProbe.AgreeAsync(cluster, Limit), "the members' hashes differ");
        using var client = ClusterProbe.ClientOf(cluster.Nodes[2]);
        var answer = await client.Maintenance.HashKVAsync(new HashKVRequest());
        return (answer.Hash, answer.Header.ClusterId);
    }

    private async Task CheckAsync(ProcessCluster cluster, IReadOnlyList<IReadOnlyList<WriteRecord>> records, bool mayHoldMore = false)
    {
        foreach (var (node, check) in await WriteCheck.OfEveryMemberAsync(cluster, Prefix, records))
        {
            output.WriteLine($"{node.Name}: {check.Acknowledged} acknowledged, {check.Unknown} unknown");
            Assert.DoesNotContain(check.Violations, violation => !mayHoldMore || !violation.StartsWith("never written", StringComparison.Ordinal));
            using var client = ClusterProbe.ClientOf(node);
            await client.Kv.PutAsync("after", node.Name);
        }
    }

    private static async Task AllHistoryIsGoneAsync(ClusterNode node)
    {
        using var client = ClusterProbe.ClientOf(node);
        var all = await client.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("after") });
        Assert.True(all.Header.Revision > Bump);
        var old = new RangeRequest { Key = ByteString.CopyFromUtf8("after"), Revision = Bump / 2 };
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.Kv.RangeAsync(old));
        Assert.Equal("etcdserver: mvcc: required revision has been compacted", refused.Status.Detail);
    }
}
