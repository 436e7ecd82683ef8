using Grpc.Core;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Tests.Processes;

/// <summary>The batcher of a real member through the client.</summary>
[Collection(nameof(OneAtATime))]
public sealed class BatchingTests(SingleNode node)
{
    [Fact]
    public async Task Settings_AreChangedOneByOne_AndReadBack()
    {
        var before = (await node.Client.Batching.GetAsync()).Settings;
        var answered = await node.Client.Batching.SetAsync(new BatchSettings { FlushWhenIdle = false, TargetLatencyUs = 7_000, TargetThroughput = 50_000 });
        var wanted = before.Clone();
        (wanted.FlushWhenIdle, wanted.TargetLatencyUs, wanted.TargetThroughput) = (false, 7_000, 50_000);
        Assert.Equal(wanted, answered.Settings);
        Assert.Equal(wanted, (await node.Client.Batching.GetAsync()).Settings);

        await node.Client.Batching.SetBothAsync(before, new AdmissionSettings());
        Assert.Equal(before, (await node.Client.Batching.GetAsync()).Settings);
    }

    [Fact]
    public async Task FaultsAreAllNamed_AndNothingIsChanged()
    {
        var before = (await node.Client.Batching.GetAsync()).Settings;
        var refused = await Assert.ThrowsAsync<RpcException>(() => node.Client.Batching.SetAsync(new BatchSettings { PipelineDepth = 0, LoadThreshold = 2, FlushWhenIdle = false }));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Equal(
            "server.raft.batch.load_threshold = \"2\": is not a number from 0 to 1; server.raft.batch.pipeline_depth = \"0\": is outside 1 to 1024",
            refused.Status.Detail);
        Assert.Equal(before, (await node.Client.Batching.GetAsync()).Settings);
    }

    [Fact]
    public async Task Watch_ShowsTheMembersProposals_AgainAndAgain()
    {
        var seen = new List<long>();
        await foreach (var moment in node.Client.Batching.WatchAsync(TimeSpan.FromMilliseconds(100)))
        {
            seen.Add(moment.Stats.TotalProposals);
            if (seen.Count == 1)
            {
                await node.Client.Kv.PutAsync("watched", "1");
            }
            else if (seen[^1] > seen[0])
            {
                break;
            }
        }

        Assert.True(seen[^1] > seen[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(60_001)]
    public async Task Watch_IntervalOutOfRange_IsRefused(int milliseconds)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in node.Client.Batching.WatchAsync(TimeSpan.FromMilliseconds(milliseconds)))
            {
                Assert.Fail("an answer came");
            }
        });
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }
}
