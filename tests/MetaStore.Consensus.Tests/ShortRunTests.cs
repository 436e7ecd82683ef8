using MetaStore.Consensus.Clusters;
using MetaStore.Consensus.Load;
using MetaStore.Consensus.Nodes;

namespace MetaStore.Consensus.Tests;

public sealed class ShortRunTests
{
    [Theory]
    [InlineData("MetaStore")]
    [InlineData("DotNext")]
    [InlineData("DotNextFlushed")]
    public async Task EachSystem_TakesEntries_AndTheLeaderApplies_WhatItAcknowledged(string system)
    {
        using ConsensusCluster cluster = new(Enum.Parse<ConsensusSystem>(system), Path.GetTempPath());
        cluster.Start();
        var leader = await cluster.LeaderAsync();
        var result = LoadResult.Parse(await cluster.Member(leader).AskAsync("load 4 256 300"));
        Assert.True(result.Entries > 0);
        Assert.Equal("applied", await cluster.Member(leader).AskAsync("barrier"));
        Assert.Empty(IdFile.Read(cluster.AcknowledgedBy(leader)).Except(IdFile.Read(cluster.AppliedBy(leader))));
    }
}
