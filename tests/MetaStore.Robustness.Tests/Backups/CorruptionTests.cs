using MetaStore.Protocol.Etcd;
using Grpc.Core;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Backups;

/// <summary>A member with a different state is detected and reported, even if all checksums on its disk are valid.</summary>
public sealed class CorruptionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [SkippableTheory(DisplayName = "the leader compares states: equal ones are logged, a member that differs raises CORRUPT and writes stop")]
    [RowOnRequest("memory")]
    [InlineData("rocksdb")]
    public async Task Check_OfAMemberRestoredFromAnotherBackup_RaisesItsAlarm(string engine)
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine, "--corrupt-check-time=1s"));
        await RestoreWithAnOddOneAsync(cluster, engine);
        await cluster.StartAsync();
        using var client = ClusterProbe.ClientOf(cluster.Nodes[0]);
        var alarms = new AlarmResponse();
        await Eventually.TrueAsync(
            async () => (alarms = await client.Maintenance.AlarmAsync(new AlarmRequest())).Alarms.Count > 0, Limit, () => "no alarm is raised");
        using var odd = ClusterProbe.ClientOf(cluster.Nodes[2]);
        var status = await odd.Maintenance.StatusAsync(new StatusRequest());
        Assert.Equal((AlarmType.Corrupt, status.Header.MemberId), (alarms.Alarms[0].Alarm, Assert.Single(alarms.Alarms).MemberID));
        Assert.Contains($"memberID:{status.Header.MemberId} alarm:CORRUPT", status.Errors);
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.Kv.PutAsync("k", "v"));
        Assert.Equal((StatusCode.DataLoss, "etcdserver: corrupt cluster"), (refused.StatusCode, refused.Status.Detail));
    }

    [SkippableTheory(DisplayName = "a member that compares its state at its start is not served when it differs, and is when it does not")]
    [InlineData("memory")]
    [RowOnRequest("rocksdb")]
    public async Task InitialCheck_OfAMemberRestoredFromAnotherBackup_EndsIt(string engine)
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine));
        await RestoreWithAnOddOneAsync(cluster, engine);
        cluster.Launch(cluster.Nodes[0]);
        cluster.Launch(cluster.Nodes[1]);
        await Task.WhenAll(cluster.Nodes.Take(2).Select(cluster.WaitUntilHealthyAsync));
        cluster.Launch(cluster.Nodes[2], "--initial-corrupt-check");
        var odd = cluster.Nodes[2].Process!;
        Assert.Equal(66, await odd.WaitForExitAsync(Limit));
        Assert.Contains("--initial-corrupt-check: the state differs from that of member ", odd.Output, StringComparison.Ordinal);

        await cluster.Nodes[1].Process!.TerminateAsync();
        cluster.Launch(cluster.Nodes[1], "--experimental-initial-corrupt-check=true");
        await cluster.WaitUntilHealthyAsync(cluster.Nodes[1]);
        Assert.Contains("2 members have the same state", cluster.Nodes[1].Process!.Output, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "members that hold the same are found equal, under load")]
    public async Task Check_OfEqualMembers_SaysSo()
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, "--corrupt-check-time=1s");
        await cluster.StartAsync();
        await using var load = new Load.WriteLoad(cluster, writers: 4, "equal");
        await Eventually.TrueAsync(
            () => cluster.Nodes.Any(node => node.Process!.Output.Contains("3 members have the same state", StringComparison.Ordinal)),
            Limit,
            () => "the leader does not log that all states are equal");
        await load.StopAsync();
        using var client = ClusterProbe.ClientOf(cluster.Nodes[0]);
        Assert.Empty((await client.Maintenance.AlarmAsync(new AlarmRequest())).Alarms);
    }

    /// <summary>The third member has as many revisions as the others, but different values.</summary>
    private static async Task RestoreWithAnOddOneAsync(ProcessCluster cluster, string engine)
    {
        var (one, other) = (await SaveAsync("one"), await SaveAsync("other"));
        foreach (var node in cluster.Nodes)
        {
            await Metactl.RunAsync(
                "snapshot", "restore", node == cluster.Nodes[2] ? other : one, "--name", node.Name, "--data-dir", node.DataDirectory, "--engine", engine,
                "--initial-cluster", cluster.Founders, "--initial-cluster-token", cluster.Token);
        }

        File.Delete(one);
        File.Delete(other);
    }

    private static async Task<string> SaveAsync(string value)
    {
        await using var cluster = ProcessCluster.OfMetaStore(1);
        await cluster.StartAsync();
        using var client = ClusterProbe.ClientOf(cluster.Nodes[0]);
        for (var i = 0; i < 10; i++)
        {
            await client.Kv.PutAsync($"key{i}", value);
        }

        var path = Metactl.NewPath();
        await Metactl.RunAsync("--endpoints", cluster.Endpoints, "snapshot", "save", path);
        return path;
    }
}
