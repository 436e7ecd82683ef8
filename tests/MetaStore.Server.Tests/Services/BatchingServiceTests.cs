using System.Globalization;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Server.Tests.Hosting;

namespace MetaStore.Server.Tests.Services;

/// <summary>The statistics of metastore.v1.Batching after some writes.</summary>
public sealed class BatchingServiceTests : IAsyncLifetime
{
    private const int Puts = 20;

    private SingleNode _node = null!;

    public async Task InitializeAsync() => _node = await SingleNode.StartNewAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Statistics_SinceChange_AndPerMode()
    {
        await PutAsync();
        BatchStats before = (await GetAsync()).Stats;
        Assert.True(before.SinceChange.Proposals >= Puts, before.ToString());
        await _node.CallAsync<SetBatchingResponse>("/metastore.v1.Batching/Set", new SetBatchingRequest { Settings = new BatchSettings { Policy = BatchPolicy.Off } });
        await PutAsync();
        BatchStats after = (await GetAsync()).Stats;
        Assert.InRange(after.SinceChange.Proposals, Puts, Puts + 5);
        Assert.Equal(after.SinceChange.Proposals, after.SinceChange.Flushes.Size);
        Assert.Equal(after.SinceChange.Proposals, after.SinceChange.WaitHistogram.Counts.Sum());
        Assert.True(after.SinceChange.DurationUs > 0 && after.SinceChange.EncodedBytes > 0 && after.SinceChange.Bytes > 0);
        Assert.Equal([(BatchPolicy.Dynamic, true), (BatchPolicy.Off, true)], after.Modes.Select(mode => (mode.Policy, mode.FlushWhenIdle)));
        Assert.Equal(after.TotalProposals, after.Modes.Sum(mode => mode.Totals.Proposals));

        // One caller that waits for each response: in the default mode every batch is flushed because the log is idle.
        Assert.Equal(after.Modes[0].Totals.Batches, after.Modes[0].Totals.Flushes.Idle);
    }

    [Fact]
    public async Task Stages_CoverTheWayOfAWrite_AlsoOnThePageOfMetrics()
    {
        await PutAsync();
        IReadOnlyList<StageLatency> stages = (await GetAsync()).Stats.Stages;
        Assert.Equal(["queue", "batch", "wal", "replicate", "apply", "answer"], stages.Select(stage => stage.Stage));
        Assert.All(stages, stage => Assert.Equal(Puts, stage.Count));
        Assert.All(stages, stage => Assert.True(stage.P99Us >= stage.P50Us, stage.ToString()));
        Assert.True(stages.Single(stage => stage.Stage == "wal").P50Us > 0, "a sync takes time");
        string page = await _node.Http.GetStringAsync("/metrics");
        Assert.True(Of(page, "metastore_write_stage_p50_seconds{stage=\"wal\"}") > 0, page);
        Assert.True(Of(page, "metastore_write_stage_p99_seconds{stage=\"answer\"}") > 0, page);
    }

    private static double Of(string page, string sample) => double.Parse(
        page.Split('\n').Single(line => line.StartsWith(sample + " ", StringComparison.Ordinal))[(sample.Length + 1)..], CultureInfo.InvariantCulture);

    private Task<GetBatchingResponse> GetAsync() => _node.CallAsync<GetBatchingResponse>("/metastore.v1.Batching/Get", new GetBatchingRequest());

    private async Task PutAsync()
    {
        for (int put = 0; put < Puts; put++)
        {
            await _node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = ByteString.CopyFromUtf8("key"), Value = ByteString.CopyFromUtf8("value") });
        }
    }
}
