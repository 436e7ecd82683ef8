using System.Diagnostics;
using System.Text.Json;
using Google.Protobuf;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests.Migration;

/// <summary>etcd to MetaStore and back by snapshots: keys with all revisions, leases and users, with Debian's etcd and etcdctl.</summary>
[Collection("processes")]
public sealed class EtcdRoundTripTests(ITestOutputHelper output) : IDisposable
{
    private const string Root = "--user=root:" + MovedData.RootPassword;

    private readonly string _files = Directory.CreateTempSubdirectory("metastore-moved-").FullName;

    [SkippableTheory]
    [InlineData("memory")]
    [InlineData("rocksdb")]
    public async Task Data_MovesToMetaStoreAndBack_WithHistoryLeasesAndUsers(string engine)
    {
        Skip.If(Programs.Etcd is null || Programs.Etcdctl is null, "etcd and etcdctl are not installed");
        await RoundTripAsync(engine, client => MovedData.FillAsync(client, changes: 150), step: 1);
    }

    [SkippableFact]
    public async Task MillionKeys_MoveToMetaStoreAndBack()
    {
        Skip.If(Environment.GetEnvironmentVariable("METASTORE_EXHAUSTIVE") != "1", "METASTORE_EXHAUSTIVE is not set");
        await RoundTripAsync("rocksdb", FillManyAsync, step: 220);
    }

    [SkippableFact]
    public async Task DatabaseOfAStoppedEtcd_IsRestored()
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        await using var etcd = ProcessCluster.OfEtcd(1, "--bcrypt-cost=4");
        await etcd.StartAsync();
        using var before = MovedData.Of(etcd.Nodes[0].ClientUrl);
        await before.Kv.PutAsync("a", "1");
        await before.Kv.PutAsync("a", "2");
        await etcd.Nodes[0].Process!.TerminateAsync();
        await using var metastore = ProcessCluster.OfMetaStore(1);
        var database = Path.Combine(etcd.Nodes[0].DataDirectory, "member", "snap", "db");
        await Ctl.MetactlAsync(["snapshot", "restore", "--from-etcd", database, .. Ctl.RestoreFlags(metastore)]);
        await metastore.StartAsync();
        using var after = MovedData.Of(metastore.Nodes[0].ClientUrl);
        Assert.Equal("1", (await after.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("a"), Revision = 2 })).Kvs.Single().Value.ToStringUtf8());
        Assert.Equal("2", (await after.Kv.GetAsync("a"))!.Value.ToStringUtf8());
    }

    public void Dispose() => Directory.Delete(_files, recursive: true);

    private async Task RoundTripAsync(string engine, Func<MetaStoreClient, Task> fill, int step)
    {
        var (first, second) = (Path.Combine(_files, "first"), Path.Combine(_files, "second"));
        IReadOnlyDictionary<long, uint> hashes;
        await using (var etcd = ProcessCluster.OfEtcd(1, "--bcrypt-cost=4", "--quota-backend-bytes=8000000000"))
        {
            await etcd.StartAsync();
            using (var client = MovedData.Of(etcd.Nodes[0].ClientUrl))
            {
                await TimedAsync("fill etcd", () => fill(client));
            }

            using var root = MovedData.AsRoot(etcd.Nodes[0].ClientUrl);
            hashes = await MovedData.HashesAsync(root, step);
            await TimedAsync("etcdctl snapshot save from etcd", () => Ctl.EtcdctlAsync($"--endpoints={etcd.Endpoints}", Root, "snapshot", "save", first));
        }

        await using (var metastore = ProcessCluster.OfMetaStore(1, EngineFlags.Of(engine, "--bcrypt-cost=4", "--quota-backend-bytes=8000000000")))
        {
            await TimedAsync("metactl restore", () => Ctl.MetactlAsync(["snapshot", "restore", "--from-etcd", first, "--engine", engine, .. Ctl.RestoreFlags(metastore)]));
            await TimedAsync("start MetaStore", metastore.StartAsync);
            var url = metastore.Nodes[0].ClientUrl;
            using var root = MovedData.AsRoot(url);
            Assert.Equal(hashes, await MovedData.HashesAsync(root, step));
            await MovedData.CheckUsersAndLeaseAsync(url);
            for (var i = 0; i < 20; i++)
            {
                await MovedData.ChangeAsync(root, i);
            }

            hashes = await MovedData.HashesAsync(root, step);
            await TimedAsync("etcdctl snapshot save from MetaStore", () => Ctl.EtcdctlAsync($"--endpoints={metastore.Endpoints}", Root, "snapshot", "save", second));
        }

        await CompareStatusAsync(second);
        await using var again = ProcessCluster.OfEtcd(1, "--bcrypt-cost=4", "--quota-backend-bytes=8000000000");
        await TimedAsync("etcdctl restore", () => Ctl.EtcdctlAsync(["snapshot", "restore", second, .. Ctl.RestoreFlags(again)]));
        await TimedAsync("start etcd", again.StartAsync);
        using var last = MovedData.AsRoot(again.Nodes[0].ClientUrl);
        Assert.Equal(hashes, await MovedData.HashesAsync(last, step));
        await MovedData.CheckUsersAndLeaseAsync(again.Nodes[0].ClientUrl);
        await MovedData.ChangeAsync(last, 1);
        output.WriteLine($"hashes equal at {hashes.Count} revisions up to {hashes.Keys.Max()}; file of {new FileInfo(second).Length} bytes");
    }

    /// <summary>etcdctl checks every page of the file by bbolt's own check.</summary>
    private static async Task CompareStatusAsync(string file)
    {
        using var theirs = JsonDocument.Parse(await Ctl.EtcdctlAsync("snapshot", "status", file, "-w", "json"));
        using var ours = JsonDocument.Parse((await Ctl.MetactlAsync("snapshot", "status", file, "-w", "json")).Output);
        foreach (var name in (string[])["hash", "revision", "totalKey", "totalSize"])
        {
            Assert.Equal(theirs.RootElement.GetProperty(name).GetInt64(), ours.RootElement.GetProperty(name).GetInt64());
        }
    }

    private static async Task FillManyAsync(MetaStoreClient client)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = 64 };
        await Parallel.ForEachAsync(Enumerable.Range(0, 11_000), options, async (batch, stop) =>
        {
            // The last tenth writes keys again: history.
            var txn = new TxnRequest();
            for (var i = 0; i < 100; i++)
            {
                var put = new PutRequest { Key = ByteString.CopyFromUtf8($"many/{((batch * 100) + i) % 1_000_000:d7}"), Value = ByteString.CopyFromUtf8($"value {batch} {i}") };
                txn.Success.Add(new RequestOp { RequestPut = put });
            }

            await client.Kv.TxnAsync(txn, stop);
        });
        await MovedData.FillAsync(client, changes: 150);
    }

    private async Task TimedAsync(string what, Func<Task> run)
    {
        var clock = Stopwatch.StartNew();
        await run();
        output.WriteLine($"{what}: {clock.Elapsed.TotalSeconds:0.0} s");
    }
}
