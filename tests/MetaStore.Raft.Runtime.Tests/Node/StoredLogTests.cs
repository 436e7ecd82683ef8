using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Tests.Node.Rig;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Node;

/// <summary>Nodes that keep nothing of the log in memory: members that were away get it from the leader's files.</summary>
public sealed class StoredLogTests
{
    [Fact]
    public async Task FollowerThatWasAway_CatchesUpFromTheFiles()
    {
        await using TestCluster cluster = new(3, logMemoryBytes: 0);
        TestMember away = await cluster.FollowerAsync();
        await away.StopAsync();
        TestMember leader = await cluster.LeaderAsync();
        string padding = new('x', 5000);
        for (int i = 0; i < 100; i++)
        {
            await cluster.ProposeAsync(leader, $"put {i} {padding}");
        }

        Assert.True(leader.Node.Progress.LogMemoryBytes < leader.Node.Progress.LogBytes / 2);
        long before = cluster.Members.Where(member => member.IsRunning).Sum(member => member.Node.Progress.LogLoads);

        away.Start();

        await cluster.ConvergedAsync($"put 99 {padding}");
        Assert.Equal(0, away.Host.SnapshotsInstalled);
        Assert.True(cluster.Members.Sum(member => member.Node.Progress.LogLoads) > before, cluster.Describe());
    }

    [Fact]
    public async Task NewMember_WithoutASnapshot_GetsTheWholeLogFromTheFiles()
    {
        await using TestCluster cluster = new(3, logMemoryBytes: 0);
        TestMember leader = await cluster.LeaderAsync();
        for (int i = 0; i < 50; i++)
        {
            await cluster.ProposeAsync(leader, $"put {i}");
        }

        TestMember added = cluster.AddEmpty();
        leader = await cluster.LeaderAsync();
        await leader.Node.ProposeConfChangeAsync(new ConfChange([new ConfChangeStep(ConfChangeType.AddLearner, added.Id)], Joint: false, default));

        await Eventually.TrueAsync(() => added.Host.Applied.Contains("put 49"), TestCluster.Limit, cluster.Describe);
        Assert.Equal(0, added.Host.SnapshotsInstalled);
    }
}
