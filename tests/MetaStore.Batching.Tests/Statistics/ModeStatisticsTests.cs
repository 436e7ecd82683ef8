using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.Batching.Statistics;
using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Testing;

namespace MetaStore.Batching.Tests.Statistics;

/// <summary>Counts since the last change of settings, and per mode, in addition to those since the start.</summary>
public sealed class ModeStatisticsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeSink _sink = new();
    private readonly FakeWaiter _waiter = new();
    private int _number;

    [Fact]
    public void SinceChange_StartsFromZero_AndTotalsContinue()
    {
        using ProposalBatcher batcher = Create(new BatchSettings());
        Enqueue(batcher, 3);
        _time.Advance(TimeSpan.FromSeconds(2));
        batcher.Configure(new BatchSettings { Policy = BatchPolicyKind.Off });
        Assert.Equal(0, batcher.Statistics.SinceChange.Proposals);
        Enqueue(batcher, 5);
        _time.Advance(TimeSpan.FromSeconds(1));
        BatchStats stats = batcher.Statistics;
        Assert.Equal(8, stats.TotalProposals);
        Assert.Equal(5, stats.SinceChange.Proposals);
        Assert.Equal(5, stats.SinceChange.Batches);
        Assert.Equal(1, stats.SinceChange.AvgBatchSize);
        Assert.Equal(5, stats.SinceChange.WaitHistogram.Total);
        Assert.Equal(5, stats.SinceChange.SizeHistogram.Total);
        Assert.Equal(TimeSpan.FromSeconds(1), stats.SinceChange.Duration);
        Assert.Equal(_sink.Batches.Skip(3).Sum(batch => batch.Data.Length), stats.SinceChange.Bytes);
    }

    [Fact]
    public void Modes_SumUpOverAllTheirStretches()
    {
        BatchSettings classic = new() { FlushWhenIdle = false, MinBatchSize = 4 };
        using ProposalBatcher batcher = Create(new BatchSettings());
        Enqueue(batcher, 2);
        _time.Advance(TimeSpan.FromSeconds(1));
        batcher.Configure(classic);
        Enqueue(batcher, 4);
        _time.Advance(TimeSpan.FromSeconds(10));
        batcher.Configure(new BatchSettings { MaxBatchSize = 300 });
        Enqueue(batcher, 7);
        batcher.Drain();
        _time.Advance(TimeSpan.FromSeconds(100));
        batcher.Configure(classic);
        BatchStats stats = batcher.Statistics;
        Assert.Equal([(BatchPolicyKind.Dynamic, true), (BatchPolicyKind.Dynamic, false)], stats.Modes.Select(mode => (mode.Policy, mode.FlushWhenIdle)));
        Assert.Equal([9L, 4L], stats.Modes.Select(mode => mode.Totals.Proposals));
        Assert.Equal([TimeSpan.FromSeconds(101), TimeSpan.FromSeconds(10)], stats.Modes.Select(mode => mode.Totals.Duration));
        Assert.Equal(stats.TotalBatches, stats.Modes.Sum(mode => mode.Totals.Batches));
        Assert.Equal(stats.TotalEncodedBytes, stats.Modes.Sum(mode => mode.Totals.EncodedBytes));
        Assert.Equal(stats.Flushes.Size, stats.Modes.Sum(mode => mode.Totals.Flushes.Size));
        Assert.Equal(13, stats.Modes.Sum(mode => mode.Totals.WaitHistogram.Total));
    }

    /// <summary>A batch counts for the mode that created it, also when it completes or fails after the change.</summary>
    [Fact]
    public void BatchOnItsWayAtTheChange_StaysWithItsMode()
    {
        using ProposalBatcher batcher = Create(new BatchSettings { FlushWhenIdle = false, MinBatchSize = 100 });
        Enqueue(batcher, 6);
        batcher.Configure(new BatchSettings { Policy = BatchPolicyKind.Off });
        Assert.Single(_sink.Batches).OnProposed(term: 1, ProposeOutcome.TooMuchUncommitted);
        BatchStats stats = batcher.Statistics;
        Assert.Equal([6L, 0L], stats.Modes.Select(mode => mode.Totals.Proposals));
        Assert.Equal([6L, 0L], stats.Modes.Select(mode => mode.Totals.Dropped));
        Assert.Equal([_sink.Batches[0].Data.Length, 0L], stats.Modes.Select(mode => mode.Totals.EncodedBytes));
        Assert.Equal(new FlushCounts(0, 0, 0, 0, Drain: 1), stats.Modes[0].Totals.Flushes);
        Assert.Equal(0, stats.SinceChange.Dropped);
        Assert.Equal(6, stats.TotalDropped);
    }

    [Fact]
    public void BufferedProposalsThatAreDropped_CountForTheModeInForce()
    {
        using ProposalBatcher batcher = Create(new BatchSettings { FlushWhenIdle = false, MinBatchSize = 100 });
        Enqueue(batcher, 6);
        batcher.DropBuffered(ProposalFailure.NoLeader);
        Assert.Equal(6, Assert.Single(batcher.Statistics.Modes).Totals.Dropped);
        Assert.Equal(0, batcher.Statistics.SinceChange.Batches);
    }

    private ProposalBatcher Create(BatchSettings settings) => new(1, settings, _sink.TryPropose, _time, BackgroundWork.ThreadPool, firstId: 1, flushInline: true);

    private void Enqueue(ProposalBatcher batcher, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(ProposalAdmissionResult.Accepted, batcher.Enqueue(new TestCommand(0, _number++), _waiter));
        }
    }
}
