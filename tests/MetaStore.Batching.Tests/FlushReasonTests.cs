using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.Batching.Statistics;
using MetaStore.IO;
using MetaStore.Testing;

namespace MetaStore.Batching.Tests;

/// <summary>A batch is counted under the condition that caused its flush.</summary>
public sealed class FlushReasonTests
{
    private static readonly BatchSettings _classic = new() { FlushWhenIdle = false };

    private readonly FakeTimeProvider _time = new();
    private readonly FakeSink _sink = new();
    private readonly FakeWaiter _waiter = new();
    private int _number;

    /// <summary>A regression test: it was counted under size, because one proposal reaches a size of 1.</summary>
    [Fact]
    public void LoneCaller_AtSizeOne_LeavesForIdle()
    {
        using ProposalBatcher batcher = Create(new BatchSettings());
        for (int put = 0; put < 20; put++)
        {
            Assert.Equal(1, batcher.Statistics.CurrentBatchSize);
            Enqueue(batcher);
            batcher.OnBatchDone(_sink.Batches[^1]);
        }

        Assert.Equal(new FlushCounts(Size: 0, Bytes: 0, Timeout: 0, Idle: 20, Drain: 0), batcher.Statistics.Flushes);
        Assert.Equal(0, _time.ArmedTimers);
    }

    /// <summary>A regression test: with a size of 1.7, rounded to 2, it waited 5 ms for a second caller.</summary>
    [Fact]
    public void LoneCaller_Classic_LeavesForSizeAtOnce()
    {
        using ProposalBatcher batcher = Create(_classic);
        for (int put = 0; put < 100; put++)
        {
            Enqueue(batcher);
            batcher.OnBatchDone(_sink.Batches[put]);
        }

        Assert.Equal(new FlushCounts(Size: 100, Bytes: 0, Timeout: 0, Idle: 0, Drain: 0), batcher.Statistics.Flushes);
    }

    [Fact]
    public void SizeReached_WhileThePipelineIsFull_IsSize()
    {
        using ProposalBatcher batcher = Create(new BatchSettings { MinBatchSize = 3, PipelineDepth = 1 });
        Enqueue(batcher, 4);
        Assert.Equal([(1, FlushReason.Idle), (3, FlushReason.Size)], Left());
    }

    [Fact]
    public void SizeReached_ByABurstBeforeTheIdleFlushRuns_IsSize()
    {
        HeldWork held = new();
        using ProposalBatcher batcher = new(1, new BatchSettings { MinBatchSize = 4 }, _sink.TryPropose, _time, held, firstId: 1);
        Enqueue(batcher, 5);
        held.RunAll();
        Assert.Equal([(4, FlushReason.Size)], Left());
        batcher.OnBatchDone(_sink.Batches[0]);
        Assert.Equal([(4, FlushReason.Size), (1, FlushReason.Idle)], Left());
    }

    [Fact]
    public void Off_AlwaysLeavesForSize()
    {
        using ProposalBatcher batcher = Create(new BatchSettings { Policy = BatchPolicyKind.Off });
        Enqueue(batcher, 5);
        Assert.Equal(new FlushCounts(Size: 5, Bytes: 0, Timeout: 0, Idle: 0, Drain: 0), batcher.Statistics.Flushes);
    }

    [Fact]
    public void Bytes_TheNextWouldPassTheLimit_OrTheLastReachedIt()
    {
        using ProposalBatcher batcher = Create(_classic with { MinBatchSize = 100, MaxBatchBytes = 1000 });
        Enqueue(batcher, 4, bytes: 300);
        Enqueue(batcher, 1, bytes: 5000);
        Assert.Equal([(3, FlushReason.Bytes), (1, FlushReason.Bytes), (1, FlushReason.Bytes)], Left());
    }

    [Fact]
    public void Timeout_TheOldestHasWaited()
    {
        using ProposalBatcher batcher = Create(_classic with { MinBatchSize = 100 });
        Enqueue(batcher, 3);
        _time.Advance(TimeSpan.FromMilliseconds(6));
        Assert.Equal([(3, FlushReason.Timeout)], Left());
    }

    [Theory]
    [InlineData("drain")]
    [InlineData("configure")]
    [InlineData("stop")]
    public void Drain_WhateverWaitsLeaves(string how)
    {
        using ProposalBatcher batcher = Create(_classic with { MinBatchSize = 100 });
        Enqueue(batcher, 3);
        switch (how)
        {
            case "drain":
                batcher.Drain();
                break;
            case "configure":
                batcher.Configure(new BatchSettings());
                break;
            default:
                batcher.Stop();
                break;
        }

        Assert.Equal([(3, FlushReason.Drain)], Left());
    }

    /// <summary>A small entry next to a large one would be committed after it anyway, so it collects proposals until it is as large.</summary>
    [Fact]
    public void SecondPlaceOfThePipeline_IsForABatchAsLargeAsTheFirst()
    {
        HeldWork held = new();
        using ProposalBatcher batcher = new(1, new BatchSettings { MinBatchSize = 100 }, _sink.TryPropose, _time, held, firstId: 1);
        GetUsedTo(30, batcher, held);
        Enqueue(batcher, 10);
        held.RunAll();
        Enqueue(batcher, 9);
        held.RunAll();
        Assert.Equal([(10, FlushReason.Idle)], Left());
        Enqueue(batcher);
        held.RunAll();
        Assert.Equal([(10, FlushReason.Idle), (10, FlushReason.Idle)], Left());
    }

    /// <summary>Or until as many proposals as usual are in flight: no more can be expected before some are applied.</summary>
    [Fact]
    public void SecondPlaceOfThePipeline_WhenAllAreHere_IsForHalfAsMany()
    {
        HeldWork held = new();
        using ProposalBatcher batcher = new(1, new BatchSettings { MinBatchSize = 100 }, _sink.TryPropose, _time, held, firstId: 1);
        GetUsedTo(15, batcher, held);
        Enqueue(batcher, 9);
        held.RunAll();
        Enqueue(batcher, 4);
        held.RunAll();
        Assert.Single(_sink.Batches);
        Enqueue(batcher, 1);
        held.RunAll();
        Assert.Equal([(9, FlushReason.Idle), (5, FlushReason.Idle)], Left());
    }

    [Fact]
    public void SecondPlaceOfThePipeline_IsFreedWithTheFirst_WithoutATimer()
    {
        HeldWork held = new();
        using ProposalBatcher batcher = new(1, new BatchSettings { MinBatchSize = 100 }, _sink.TryPropose, _time, held, firstId: 1);
        Enqueue(batcher, 10);
        held.RunAll();
        Enqueue(batcher);
        held.RunAll();
        batcher.OnBatchDone(_sink.Batches[0]);
        Assert.Equal([(10, FlushReason.Idle), (1, FlushReason.Idle)], Left());
    }

    [Fact]
    public void NearlyFull_DoesNotWaitForALargerOne()
    {
        HeldWork held = new();
        using ProposalBatcher batcher = new(1, new BatchSettings { Policy = BatchPolicyKind.Fixed }, _sink.TryPropose, _time, held, firstId: 1);
        GetUsedTo(1000, batcher, held);
        Enqueue(batcher, 100);
        Enqueue(batcher, 74);
        held.RunAll();
        Assert.Single(_sink.Batches);
        Enqueue(batcher);
        held.RunAll();
        Assert.Equal([(100, FlushReason.Size), (75, FlushReason.Idle)], Left());
    }

    /// <summary>Proposes the same number repeatedly, then nothing, for longer than their callers would be expected back.</summary>
    private void GetUsedTo(int proposals, ProposalBatcher batcher, HeldWork held)
    {
        for (int round = 0; round < 30; round++)
        {
            Enqueue(batcher, proposals);
            held.RunAll();
            _sink.Batches.ForEach(batcher.OnBatchDone);
            _sink.Batches.Clear();
        }

        _time.Advance(TimeSpan.FromMilliseconds(10));
    }

    private ProposalBatcher Create(BatchSettings settings) => new(1, settings, _sink.TryPropose, _time, BackgroundWork.ThreadPool, firstId: 1, flushInline: true);

    private IEnumerable<(int Count, FlushReason Reason)> Left() => _sink.Batches.Select(batch => (batch.Count, batch.Reason));

    private void Enqueue(ProposalBatcher batcher, int count = 1, int bytes = TestCommand.BytesMin)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(ProposalAdmissionResult.Accepted, batcher.Enqueue(new TestCommand(0, _number++, bytes), _waiter));
        }
    }
}
