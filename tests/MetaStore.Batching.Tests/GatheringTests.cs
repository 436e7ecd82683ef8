using MetaStore.Batching.Settings;
using MetaStore.Batching.Admission;
using MetaStore.Raft;
using MetaStore.Testing;

namespace MetaStore.Batching.Tests;

/// <summary>The callers of a batch that was just answered come back one by one; the first of them does not leave alone (ADR 0021).</summary>
public sealed class GatheringTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeSink _sink = new();
    private readonly FakeWaiter _waiter = new();
    private readonly HeldWork _held = new();
    private readonly ProposalBatcher _batcher;
    private int _number;

    public GatheringTests() =>
        _batcher = new ProposalBatcher(1, new BatchSettings { MinBatchSize = 100 }, _sink.TryPropose, _time, _held, firstId: 1);

    public void Dispose() => _batcher.Dispose();

    [Fact]
    public void AfterAnAnswer_ABatchIsHalfOfTheUsualCallers()
    {
        AnswerBatchesOf(40);
        Enqueue(19);
        Assert.Empty(_sink.Batches);
        Enqueue(1);
        Assert.Equal([(20, FlushReason.Idle)], Left());
    }

    [Fact]
    public void AfterAnAnswer_FewerCallersThanEight_LeaveAtOnce()
    {
        AnswerBatchesOf(7);
        Enqueue(1);
        Assert.Equal([(1, FlushReason.Idle)], Left());
    }

    /// <summary>A quarter of the shortest timeout is 1.25 ms; timers count whole milliseconds.</summary>
    [Fact]
    public void AfterAnAnswer_FewerCallersComeBack_TheyWaitForPartOfTheTimeoutOnce()
    {
        AnswerBatchesOf(40);
        Enqueue(1);
        _time.Advance(TimeSpan.FromMilliseconds(3));
        Assert.Equal([(1, FlushReason.Idle)], Left());
        Answer();
        Enqueue(1);
        Assert.Equal([(1, FlushReason.Idle)], Left());
    }

    [Fact]
    public void LongAfterAnAnswer_ABatchLeavesAtOnce()
    {
        AnswerBatchesOf(40);
        _time.Advance(TimeSpan.FromMilliseconds(3));
        Enqueue(1);
        Assert.Equal([(1, FlushReason.Idle)], Left());
    }

    /// <summary>What was buffered while a batch was in flight had a timer for its full timeout; the answer shortens it.</summary>
    [Fact]
    public void BufferedBeforeTheAnswer_WaitsForPartOfTheTimeout()
    {
        AnswerBatchesOf(40);
        Enqueue(40);
        Enqueue(1);
        Answer();
        Assert.Empty(_sink.Batches);
        _time.Advance(TimeSpan.FromMilliseconds(3));
        Assert.Equal([(1, FlushReason.Idle)], Left());
    }

    [Fact]
    public void BatchGivenUp_WhatIsBufferedLeavesAtOnce()
    {
        AnswerBatchesOf(40);
        Enqueue(40);
        Enqueue(3);
        _sink.Batches[0].OnProposed(term: 1, ProposeOutcome.TooMuchUncommitted);
        Assert.Equal([(40, FlushReason.Idle), (3, FlushReason.Idle)], Left());
    }

    private void AnswerBatchesOf(int proposals)
    {
        for (int round = 0; round < 40; round++)
        {
            Enqueue(proposals);
            Answer();
        }
    }

    private void Answer()
    {
        ProposalBatch batch = _sink.Batches[0];
        _sink.Batches.RemoveAt(0);
        _batcher.OnBatchDone(batch);
    }

    private IEnumerable<(int Count, FlushReason Reason)> Left() => _sink.Batches.Select(batch => (batch.Count, batch.Reason));

    private void Enqueue(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(ProposalAdmissionResult.Accepted, _batcher.Enqueue(new TestCommand(0, _number++, TestCommand.BytesMin), _waiter));
        }

        _held.RunAll();
    }
}
