using MetaStore.Batching.Admission;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;
using MetaStore.Batching.Statistics;
using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Testing;

namespace MetaStore.Batching.Tests;

public sealed class ProposalBatcherTests
{
    private static readonly BatchSettings _classic = new() { FlushWhenIdle = false };

    private readonly FakeTimeProvider _time = new();
    private readonly FakeSink _sink = new();
    private readonly FakeWaiter _waiter = new();
    private int _number;

    [Fact]
    public void Enqueue_PipelineIdle_LeavesAtOnceAlone()
    {
        using ProposalBatcher batcher = Create(new BatchSettings());
        Enqueue(batcher);
        ProposalBatch batch = Assert.Single(_sink.Batches);
        Assert.Equal(1, batch.Count);
        Assert.Equal(0, _time.ArmedTimers);
        Assert.False(BatchCodec.IsBatch(batch.Data.Span));
    }

    [Fact]
    public void Enqueue_PipelineFull_GathersUntilACommitAndLeavesTogether()
    {
        using ProposalBatcher batcher = Create(Busy());
        Enqueue(batcher, 11);
        Assert.Single(_sink.Batches);
        Assert.Equal(10, batcher.Statistics.BufferLength);
        batcher.OnBatchDone(_sink.Batches[0]);
        Assert.Equal([1, 10], _sink.Batches.Select(b => b.Count));
        Assert.Equal(FlushReason.Idle, _sink.Batches[1].Reason);
        Assert.Equal(_sink.Batches[0].FirstId + 1, _sink.Batches[1].FirstId);
    }

    [Fact]
    public void OnBatchDone_Twice_FreesOnePlaceOnly()
    {
        using ProposalBatcher batcher = Create(Busy());
        Enqueue(batcher, 2);
        batcher.OnBatchDone(_sink.Batches[0]);
        batcher.OnBatchDone(_sink.Batches[0]);
        Assert.Equal(1, batcher.Statistics.BatchesInFlight);
    }

    [Fact]
    public void Enqueue_DeferredIdleFlush_LeavesWithoutTimer()
    {
        using ProposalBatcher batcher = new(1, new BatchSettings(), _sink.TryPropose, _time);
        using ManualResetEventSlim left = new();
        _sink.OnBatch = _ => left.Set();
        Enqueue(batcher);
        Assert.True(left.Wait(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void Enqueue_PipelineFull_TimeoutSendsAllTheSame()
    {
        using ProposalBatcher batcher = Create(Busy());
        Enqueue(batcher, 3);
        Assert.Equal(1, _time.ArmedTimers);
        _time.Advance(TimeSpan.FromMilliseconds(25));
        Assert.Equal([1, 2], _sink.Batches.Select(b => b.Count));
        Assert.Equal(FlushReason.Timeout, _sink.Batches[1].Reason);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void Enqueue_Classic_WaitsForTheTimeout()
    {
        using ProposalBatcher batcher = Create(_classic with { MinBatchSize = 4 });
        Enqueue(batcher);
        _time.Advance(TimeSpan.FromMilliseconds(4.9));
        Assert.Empty(_sink.Batches);
        _time.Advance(TimeSpan.FromMilliseconds(0.2));
        Assert.Equal(FlushReason.Timeout, Assert.Single(_sink.Batches).Reason);
    }

    [Fact]
    public void Enqueue_Fixed_LeavesAtItsSize()
    {
        using ProposalBatcher batcher = Create(_classic with { Policy = BatchPolicyKind.Fixed });
        Enqueue(batcher, 250);
        Assert.Equal([100, 100], _sink.Batches.Select(b => b.Count));
        Assert.All(_sink.Batches, b => Assert.Equal(FlushReason.Size, b.Reason));
        _time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal([100, 100, 50], _sink.Batches.Select(b => b.Count));
    }

    [Fact]
    public void Enqueue_Off_EveryProposalIsItsOwnEntry()
    {
        using ProposalBatcher batcher = Create(new BatchSettings { Policy = BatchPolicyKind.Off });
        Enqueue(batcher, 20);
        Assert.Equal(Enumerable.Repeat(1, 20), _sink.Batches.Select(b => b.Count));
        Assert.All(_sink.Batches, b => Assert.False(BatchCodec.IsBatch(b.Data.Span)));
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void Enqueue_BytesReached_NeverExceedsTheLimitExceptAlone()
    {
        using ProposalBatcher batcher = Create(_classic with { MinBatchSize = 100, MaxBatchBytes = 1000 });
        for (int i = 0; i < 10; i++)
        {
            batcher.Enqueue(new TestCommand(0, _number++, 300), _waiter);
        }

        batcher.Enqueue(new TestCommand(0, _number++, 5000), _waiter);
        batcher.Enqueue(new TestCommand(0, _number++, 300), _waiter);
        batcher.Drain();
        Assert.Equal([3, 3, 3, 1, 1, 1], _sink.Batches.Select(b => b.Count));
        Assert.All(_sink.Batches.Where(b => b.Count > 1), b => Assert.True(b.Data.Length <= 1000));
        Assert.Equal(FlushReason.Bytes, _sink.Batches[4].Reason);
        Assert.Equal(Enumerable.Range(0, 12), _sink.Commands().Select(c => c.Number));
    }

    [Fact]
    public void Enqueue_TooLarge_IsRefusedAndNothingKept()
    {
        using ProposalBatcher batcher = Create(new BatchSettings());
        Assert.Equal(ProposalAdmissionResult.TooLarge, batcher.Enqueue(new TestCommand(0, 0, SizeLimits.OwnCommandBytes + 1), _waiter));
        Assert.Empty(_sink.Batches);
    }

    [Fact]
    public void Enqueue_EncoderThrows_LeavesTheOpenBatchAsItWas()
    {
        using ProposalBatcher batcher = Create(_classic with { MinBatchSize = 10 });
        Enqueue(batcher, 2);
        Assert.Throws<InvalidOperationException>(() => batcher.Enqueue(default(ThrowingCommand), _waiter));
        Enqueue(batcher);
        batcher.Drain();
        Assert.Equal([0, 1, 2], _sink.Commands().Select(c => c.Number));
    }

    [Fact]
    public void TryPropose_MailboxFull_DropsAsOverloadedAndFreesThePlace()
    {
        using ProposalBatcher batcher = Create(Busy());
        _sink.Full = true;
        Enqueue(batcher);
        Assert.Equal([ProposalFailure.Overloaded], _waiter.Drops);
        Assert.Equal(0, batcher.Pending.Count);
        Assert.Equal(0, batcher.Statistics.BatchesInFlight);
        Assert.Equal(1, batcher.Statistics.TotalDropped);
    }

    [Fact]
    public void DropBuffered_LeadershipLost_WaitersHearAndSinkDoesNot()
    {
        using ProposalBatcher batcher = Create(Busy());
        Enqueue(batcher, 4);
        Assert.Equal(3, batcher.DropBuffered(ProposalFailure.NoLeader));
        Assert.Equal(3, _waiter.Drops.Count);
        Assert.Single(_sink.Batches);
        Assert.True(ProposalFailure.NoLeader.NeverProposed());
    }

    [Fact]
    public void FailOlderThan_LostBatch_ReleasesSlotAndFailsWithUnknown()
    {
        using ProposalBatcher batcher = Create(Busy());
        Enqueue(batcher);
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(1, batcher.FailOlderThan(TimeSpan.FromSeconds(7), ProposalFailure.TimedOut));
        Assert.Equal([ProposalFailure.TimedOut], _waiter.Drops);
        Assert.False(ProposalFailure.TimedOut.NeverProposed());
        Assert.Equal(0, batcher.Statistics.BatchesInFlight);
        batcher.OnBatchDone(_sink.Batches[0]);
        Assert.Equal(0, batcher.Statistics.BatchesInFlight);
    }

    [Fact]
    public void FailProposedBefore_NewTerm_FailsOnlyThoseOfOlderTerms()
    {
        using ProposalBatcher batcher = Create(new BatchSettings { PipelineDepth = 4 });
        Enqueue(batcher, 3);
        _sink.Batches[0].OnProposed(term: 4, ProposeOutcome.Appended);
        _sink.Batches[1].OnProposed(term: 5, ProposeOutcome.Forwarded);
        Assert.Equal(1, batcher.FailProposedBefore(term: 5));
        Assert.Equal([ProposalFailure.LeaderChanged], _waiter.Drops);
        Assert.False(batcher.Pending.TryTake(1, _sink.Batches[0].FirstId, out _));
        Assert.True(batcher.Pending.TryTake(1, _sink.Batches[1].FirstId, out _));
        Assert.True(batcher.Pending.TryTake(1, _sink.Batches[2].FirstId, out _), "term 0: still waits for the raft thread");
    }

    /// <summary>A batch that the core did not take fails at once and frees its place; what is in the log, or was forwarded to the leader, waits.</summary>
    [Theory]
    [InlineData(ProposeOutcome.Appended, null)]
    [InlineData(ProposeOutcome.Forwarded, null)]
    [InlineData(ProposeOutcome.NoLeader, ProposalFailure.NoLeader)]
    [InlineData(ProposeOutcome.Transferring, ProposalFailure.Transferring)]
    [InlineData(ProposeOutcome.TooMuchUncommitted, ProposalFailure.Overloaded)]
    [InlineData(ProposeOutcome.Removed, ProposalFailure.Removed)]
    public void OnProposed_WhatTheCoreDidNotTake_FailsAndFreesThePlace(ProposeOutcome outcome, ProposalFailure? expected)
    {
        using ProposalBatcher batcher = Create(new BatchSettings());
        Enqueue(batcher);
        ProposalBatch batch = Assert.Single(_sink.Batches);
        batch.OnProposed(term: 3, outcome);
        Assert.Equal(3ul, batch.Term);
        Assert.Equal(expected is { } reason ? [reason] : [], _waiter.Drops);
        Assert.Equal(expected is null ? 1 : 0, batcher.Statistics.BatchesInFlight);
        Assert.Equal(expected is null, batcher.Pending.TryTake(1, batch.FirstId, out _));
        Assert.All(_waiter.Drops, failure => Assert.True(failure.NeverProposed()));
    }

    [Fact]
    public void TryTake_OwnBatch_OnceAndOnlyOwn()
    {
        using ProposalBatcher batcher = Create(new BatchSettings());
        Enqueue(batcher);
        BatchReader decoded = BatchCodec.Decode(_sink.Batches[0].Data);
        Assert.False(batcher.Pending.TryTake(decoded.MemberId + 1, decoded.FirstId, out _));
        Assert.True(batcher.Pending.TryTake(decoded.MemberId, decoded.FirstId, out ProposalBatch? batch));
        Assert.Same(_waiter, batch.WaiterAt(0));
        Assert.False(batcher.Pending.TryTake(decoded.MemberId, decoded.FirstId, out _));
    }

    [Fact]
    public void Stop_Always_RefusesAndSendsTheRest()
    {
        using ProposalBatcher batcher = Create(Busy());
        Enqueue(batcher, 3);
        batcher.Stop();
        Assert.Equal([1, 2], _sink.Batches.Select(b => b.Count));
        Assert.Equal(FlushReason.Drain, _sink.Batches[1].Reason);
        Assert.Equal(ProposalAdmissionResult.Stopped, batcher.Enqueue(new TestCommand(0, 9), _waiter));
    }

    [Fact]
    public void Configure_WhileBuffered_DrainsUnderTheOldSettings()
    {
        using ProposalBatcher batcher = Create(_classic with { MinBatchSize = 50 });
        Enqueue(batcher, 5);
        batcher.Configure(new BatchSettings { Policy = BatchPolicyKind.Off });
        Enqueue(batcher, 2);
        Assert.Equal([5, 1, 1], _sink.Batches.Select(b => b.Count));
        Assert.Equal(Enumerable.Range(0, 7), _sink.Commands().Select(c => c.Number));
        Assert.Throws<ArgumentException>(() => batcher.Configure(new BatchSettings { PipelineDepth = 0 }));
        Assert.Equal(BatchPolicyKind.Off, batcher.Settings.Policy);
    }

    [Fact]
    public void Statistics_AfterWork_AddUp()
    {
        using ProposalBatcher batcher = Create(Busy());
        Enqueue(batcher, 9);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        batcher.OnBatchDone(_sink.Batches[0]);
        batcher.OnBatchDone(_sink.Batches[1]);
        BatchStats stats = batcher.Statistics;
        Assert.Equal(9, stats.TotalProposals);
        Assert.Equal(2, stats.TotalBatches);
        Assert.Equal(4.5, stats.AvgBatchSize);
        Assert.Equal(new FlushCounts(Size: 0, Bytes: 0, Timeout: 0, Idle: 2, Drain: 0), stats.Flushes);
        Assert.Equal(9, stats.WaitHistogram.Total);
        Assert.Equal(0.016, stats.WaitHistogram.Sum, 6);
        Assert.Equal(TimeSpan.FromMilliseconds(2), stats.AverageLatency);
        Assert.Equal([1, 8], stats.RecentBatches.Select(b => b.Count));
        Assert.Equal(0, stats.BufferLength);
        Assert.True(stats.CurrentLoad > 0);
        Assert.Equal(_sink.Batches.Sum(b => b.Data.Length), stats.TotalBytes);
    }

    [Fact]
    public void Load_ManyInFlight_SizeGrowsToTheMaximum()
    {
        using ProposalBatcher batcher = Create(Busy());
        for (int round = 0; round < 40; round++)
        {
            Enqueue(batcher, 256);
        }

        Assert.Equal(256, batcher.Statistics.CurrentBatchSize);
        Assert.Equal(256, _sink.Batches[^1].Count);
    }

    // A machine without a battery-backed clock starts at the same time after each boot, while the log still contains the IDs from before the restart.
    [Fact]
    public void Ids_OfTwoLivesThatBeginAtTheSameTime_Differ()
    {
        foreach (int _ in Enumerable.Range(0, 2))
        {
            using ProposalBatcher batcher = new(1, _classic, _sink.TryPropose, _time);
            Enqueue(batcher);
            batcher.Drain();
        }

        Assert.True(Math.Abs((long)(_sink.Batches[0].FirstId - _sink.Batches[1].FirstId)) > 1 << 20);
    }

    private static BatchSettings Busy() => new() { PipelineDepth = 1, MinBatchSize = 100 };

    /// <summary>A regression test: its slot in the pipeline was not released and its callers got no response.</summary>
    [Fact]
    public void Batch_ThatCannotBeCompressed_LeavesAsItIs()
    {
        List<Exception> failures = [];
        using ProposalBatcher batcher = new(
            1, _classic with { MinBatchSize = 2 }, _sink.TryPropose, _time, BackgroundWork.ThreadPool, firstId: 1, flushInline: true,
            compress: (_, _, _) => throw new InvalidOperationException("no memory"))
        { CompressionFailed = failures.Add };
        for (int round = 0; round < 100; round++)
        {
            Enqueue(batcher, 2);
            _time.Advance(TimeSpan.FromMilliseconds(10));
            batcher.OnBatchDone(_sink.Batches[^1]);
        }

        Assert.Equal(Enumerable.Range(0, 200), _sink.Commands().Select(command => command.Number));
        Assert.Equal(_sink.Batches.Count, failures.Count);
        Assert.Equal(0, batcher.Statistics.BatchesInFlight);
    }

    [Fact]
    public void Batch_ThatTheSinkFailsOn_Fails_AndItsSlotIsReleased()
    {
        using ProposalBatcher batcher = Create(Busy());
        _sink.OnBatch = _ => throw new InvalidOperationException("broken");
        Assert.Throws<InvalidOperationException>(() => Enqueue(batcher));
        Assert.Equal([ProposalFailure.Overloaded], _waiter.Drops);
        Assert.Equal(0, batcher.Statistics.BatchesInFlight);
    }

    private ProposalBatcher Create(BatchSettings settings) => new(1, settings, _sink.TryPropose, _time, BackgroundWork.ThreadPool, firstId: 1, flushInline: true);

    private void Enqueue(ProposalBatcher batcher, int count = 1)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(ProposalAdmissionResult.Accepted, batcher.Enqueue(new TestCommand(0, _number++), _waiter));
        }
    }

    private readonly struct ThrowingCommand : IFakeCommand
    {
        public int Size => 100_000;

        public void Write(Span<byte> target)
        {
            target.Fill(0xff);
            throw new InvalidOperationException("cannot be encoded");
        }
    }
}
