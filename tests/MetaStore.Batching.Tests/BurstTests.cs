using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.IO;
using MetaStore.Testing;

namespace MetaStore.Batching.Tests;

/// <summary>Proposals that are known to follow each other leave together, at the end of the burst.</summary>
public sealed class BurstTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeSink _sink = new();
    private readonly FakeWaiter _waiter = new();
    private readonly ProposalBatcher _batcher;

    public BurstTests() =>
        _batcher = new ProposalBatcher(1, new BatchSettings { PipelineDepth = 1, MinBatchSize = 100 }, _sink.TryPropose, _time, BackgroundWork.ThreadPool, firstId: 1, flushInline: true);

    public void Dispose() => _batcher.Dispose();

    [Fact]
    public void Burst_OnAnIdleLog_LeavesAtItsEnd_AsOneBatch()
    {
        Enqueue(3, isBurst: true);
        Assert.Empty(_sink.Batches);
        _batcher.EndBurst();
        Assert.Equal(3, Assert.Single(_sink.Batches).Count);
        _batcher.EndBurst();
        Assert.Single(_sink.Batches);
    }

    [Fact]
    public void Burst_WhileABatchIsInFlight_WaitsAsOthersDo()
    {
        Enqueue(1, isBurst: false);
        Enqueue(2, isBurst: true);
        Assert.Equal(1, _time.ArmedTimers);
        _batcher.EndBurst();
        Assert.Single(_sink.Batches);
        Assert.Equal(1, _time.ArmedTimers);
        _time.Advance(TimeSpan.FromMilliseconds(25));
        Assert.Equal([1, 2], _sink.Batches.Select(batch => batch.Count));
        Assert.Equal(0, _time.ArmedTimers);
    }

    /// <summary>Another caller does not wait for the end of a burst.</summary>
    [Fact]
    public void SingleProposal_DuringABurst_TakesItAlong()
    {
        Enqueue(2, isBurst: true);
        Enqueue(1, isBurst: false);
        Assert.Equal(3, Assert.Single(_sink.Batches).Count);
    }

    private void Enqueue(int count, bool isBurst)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(ProposalAdmissionResult.Accepted, _batcher.Enqueue(TestCommand.BytesMin, new TestCommand(0, i), static (target, command) => command.Write(target), _waiter, isBurst));
        }
    }
}
