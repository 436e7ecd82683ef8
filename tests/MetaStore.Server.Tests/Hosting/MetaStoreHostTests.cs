using System.Net;
using Google.Protobuf;
using MetaStore.IO;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Hosting;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Hosting;

public sealed class MetaStoreHostTests
{
    [SkippableTheory]
    [InlineData("memory")]
    [InlineData("rocksdb")]
    public async Task Http_PagesOfAHealthyNode_AnswerAsEtcd(string engine)
    {
        await using SingleNode node = await SingleNode.StartNewAsync(EngineFlags.Of(engine));
        await node.SettledAsync();
        Assert.Equal("""{"health":"true","reason":""}""", await node.Http.GetStringAsync("/health"));
        Assert.Equal("""{"health":"true","reason":""}""", await node.Http.GetStringAsync("/health?serializable=true"));
        Assert.Equal("""{"etcdserver":"3.6.14","etcdcluster":"3.6.0","storage":"3.6.0"}""", await node.Http.GetStringAsync("/version"));
        Assert.Equal("ok\n", await node.Http.GetStringAsync("/livez"));
        Assert.Contains("[+]linearizable_read ok\n", await node.Http.GetStringAsync("/readyz?verbose"), StringComparison.Ordinal);
        Assert.Equal("[+]non_learner ok\nok\n", await node.Http.GetStringAsync("/readyz/non_learner?verbose"));
        Assert.Contains("etcd_server_has_leader 1\n", await node.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await node.Http.GetAsync("/v2/keys")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await node.Http.GetAsync("/readyz/bogus")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await node.Http.PostAsync("/health", null)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await node.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/health"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await node.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/metrics"))).StatusCode);
    }

    [SkippableTheory]
    [InlineData("memory")]
    [InlineData("rocksdb")]
    public async Task Alarm_NoSpace_RefusesPutsAndMakesUnhealthyUntilDisarmed(string engine)
    {
        await using SingleNode node = await SingleNode.StartNewAsync(EngineFlags.Of(engine, "--quota-backend-bytes=40KiB"));
        var put = new PutRequest { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFrom(new byte[8000]) };
        await Eventually.TrueAsync(
            async () => await RefusedAsync(node, put), TimeSpan.FromSeconds(20), () => "the quota is reached");
        await Eventually.TrueAsync(
            async () => (await node.Http.GetAsync("/health")).StatusCode == HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(20), () => "the alarm is raised");

        Assert.Equal("{\"health\":\"false\",\"reason\":\"ALARM NOSPACE\"}\n", await (await node.Http.GetAsync("/health")).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await node.Http.GetAsync("/health?exclude=NOSPACE")).StatusCode);
        AlarmResponse raised = await node.CallAsync<AlarmResponse>("Maintenance/Alarm", new AlarmRequest());
        AlarmMember alarm = Assert.Single(raised.Alarms);
        await node.CallAsync<AlarmResponse>(
            "Maintenance/Alarm",
            new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Deactivate, MemberID = alarm.MemberID, Alarm = alarm.Alarm });
        Assert.Equal(HttpStatusCode.OK, (await node.Http.GetAsync("/health")).StatusCode);
    }

    [SkippableTheory]
    [InlineData("memory")]
    [InlineData("rocksdb")]
    public async Task MemberList_AfterStart_ShowsNameAndClientUrl(string engine)
    {
        await using SingleNode node = await SingleNode.StartNewAsync(EngineFlags.Of(engine));
        MemberListResponse list = new();
        await Eventually.TrueAsync(
            async () =>
            {
                list = await node.CallAsync<MemberListResponse>("Cluster/MemberList", new MemberListRequest { Linearizable = true });
                return list.Members.Count == 1 && list.Members[0].ClientURLs.Count == 1;
            },
            TimeSpan.FromSeconds(20), () => list.ToString());
        Assert.Equal("default", list.Members[0].Name);
        Assert.Equal(node.Url.GetLeftPart(UriPartial.Authority), list.Members[0].ClientURLs[0]);
        Assert.Equal(0, list.Header.Revision);
    }

    [Fact]
    public async Task Snapshot_AfterManyEntries_IsLoadedByTheNextStart()
    {
        await using SingleNode node = await SingleNode.StartNewAsync("--snapshot-count=20", "--batch-policy=off");
        for (int i = 0; i < 50; i++)
        {
            await node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = ByteString.CopyFromUtf8("k" + i), Value = ByteString.CopyFromUtf8("v") });
        }

        await node.StopAsync();
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(node.DataDir, "snap"), "*.snap"));
        await node.StartAsync();
        RangeResponse all = await node.CallAsync<RangeResponse>(
            "KV/Range", new RangeRequest { Key = ByteString.CopyFrom(0), RangeEnd = ByteString.CopyFrom(0), CountOnly = true });
        Assert.Equal((50L, 51L), (all.Count, all.Header.Revision));
    }

    [Fact]
    public async Task Start_ClientPortTaken_NamesFlagAndAddress()
    {
        await using SingleNode first = await SingleNode.StartNewAsync();
        await using var second = new SingleNode($"--listen-client-urls={first.Url.GetLeftPart(UriPartial.Authority)}");
        StartException failure = await Assert.ThrowsAsync<StartException>(second.StartAsync);
        Assert.Equal(ExitCodes.BadConfiguration, failure.ExitCode);
        Assert.Contains("--listen-client-urls", failure.Message, StringComparison.Ordinal);
        Assert.Contains(first.Url.Authority, failure.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("memory")]
    [InlineData("rocksdb")]
    public async Task Start_DirectoryInUse_IsRefusedWithItsPath(string engine)
    {
        await using SingleNode first = await SingleNode.StartNewAsync(EngineFlags.Of(engine));
        await using var second = new SingleNode($"--data-dir={first.DataDir}");
        StartException failure = await Assert.ThrowsAsync<StartException>(second.StartAsync);
        Assert.Equal(ExitCodes.DirectoryLocked, failure.ExitCode);
        Assert.Contains(first.DataDir, failure.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("memory", "rocksdb")]
    [InlineData("rocksdb", "memory")]
    public async Task Start_WithAnotherEngineThanTheDirectorys_IsRefusedAndNamesBoth(string made, string started)
    {
        await using SingleNode first = await SingleNode.StartNewAsync(EngineFlags.Of(made));
        await first.StopAsync();
        await using var second = first.Again($"--engine={started}");
        StartException failure = await Assert.ThrowsAsync<StartException>(second.StartAsync);
        Assert.Equal(ExitCodes.BadConfiguration, failure.ExitCode);
        Assert.Contains($"--engine {made}", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"metactl engine convert --data-dir {first.DataDir} --to {started}", failure.Message, StringComparison.Ordinal);
        Assert.Contains(first.DataDir, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithOtherInitialFlagsThanBefore_UsesTheMembersOfTheLog()
    {
        await using SingleNode first = await SingleNode.StartNewAsync();
        await first.SettledAsync();
        await first.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8("v") });
        await first.StopAsync();
        string own = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";

        // Waiting for the missing member would take two election timeouts.
        await using SingleNode again = first.Again(
            "--name=other", "--election-timeout=50s", $"--listen-peer-urls={own}", $"--initial-advertise-peer-urls={own}",
            $"--initial-cluster=other={own},gone=http://127.0.0.1:1");
        await again.StartAsync().WaitAsync(TimeSpan.FromSeconds(40));
    }

    [SkippableFact]
    public async Task RocksDb_LogCutAndRestart_NeedsNoSnapshotFile()
    {
        await using SingleNode node = await SingleNode.StartNewAsync("--engine=rocksdb", "--snapshot-count=20", "--snapshot-catchup-entries=1");
        await node.SettledAsync();
        for (var i = 0; i < 200; i++)
        {
            await node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = ByteString.CopyFromUtf8($"k{i:d3}"), Value = ByteString.CopyFromUtf8("v") });
        }

        string metrics = await node.Http.GetStringAsync("/metrics");
        Assert.Contains("metastore_rocksdb_memtable_bytes", metrics, StringComparison.Ordinal);
        string documented = await File.ReadAllTextAsync(Path.Combine(Programs.SourceTree, "docs", "engines.md"));
        Assert.All(
            metrics.Split('\n').Where(line => line.StartsWith("metastore_rocksdb_", StringComparison.Ordinal)),
            line => Assert.Contains($"`{line.Split(' ')[0]}`", documented, StringComparison.Ordinal));
        await node.CallAsync<DefragmentResponse>("Maintenance/Defragment", new DefragmentRequest());
        await node.StopAsync();
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(node.DataDir, "snap")));
        await node.StartAsync();
        var all = await node.CallAsync<RangeResponse>("KV/Range", new RangeRequest { Key = ByteString.CopyFromUtf8("k"), RangeEnd = ByteString.CopyFromUtf8("l") });
        Assert.Equal(200L, all.Count);
        Assert.Null(node.Fatal);
    }

    private static async Task<bool> RefusedAsync(SingleNode node, PutRequest put)
    {
        try
        {
            put.Key = ByteString.CopyFromUtf8(Guid.NewGuid().ToString());
            await node.CallAsync<PutResponse>("KV/Put", put);
            return false;
        }
        catch (Grpc.Core.RpcException refused)
        {
            return refused.Status.Detail == "etcdserver: mvcc: database space exceeded";
        }
    }
}
