using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.IO.Turns;
using MetaStore.Testing;

namespace MetaStore.Batching.Tests;

/// <summary>One caller gets no batch from waiting for others: its proposal leaves at once, on its own thread, which carries it on.</summary>
public sealed class LoneCallerTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeSink _sink = new();
    private readonly FakeWaiter _waiter = new();
    private readonly HeldWork _pool = new();
    private readonly ProposalBatcher _batcher;
    private int _number;

    public LoneCallerTests() => _batcher = new ProposalBatcher(1, new BatchSettings { MinBatchSize = 100 }, _sink.TryPropose, _time, _pool, firstId: 1);

    public void Dispose() => _batcher.Dispose();

    [Fact]
    public void OneCaller_ItsProposalLeavesBeforeEnqueueReturns()
    {
        BecomeLone();
        for (int call = 1; call <= 5; call++)
        {
            int sent = _sink.Batches.Count;
            Enqueue();
            Assert.Equal(sent + 1, _sink.Batches.Count);
            Answer();
        }
    }

    [Fact]
    public void ASecondCaller_EndsIt_UntilThereWereFourAloneAgain()
    {
        BecomeLone();
        Enqueue(2);
        Assert.Equal(1, _batcher.Statistics.BatchesInFlight);
        Answer();
        _batcher.Drain();
        Answer();
        for (int call = 1; call <= 4; call++)
        {
            int sent = _sink.Batches.Count;
            Enqueue();
            Assert.Equal(sent, _sink.Batches.Count);
            _pool.RunAll();
            Answer();
        }

        Enqueue();
        Assert.Equal(1, _batcher.Statistics.BatchesInFlight);
    }

    /// <summary>The caller's thread may wait for a disk. The batches of others are sent by other threads meanwhile.</summary>
    [Fact]
    public void WhileTheCallersThreadCarriesOn_OthersAreSent()
    {
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim leave = new();
        TurnOwnership turns = new(() => false)
        {
            Worker = new Slow(() =>
            {
                entered.Set();
                Assert.True(leave.Wait(Limit));
            }),
            WaitsForDisk = true,
        };
        bool isStopping = false;
        Thread own = new(() =>
        {
            lock (turns.Gate)
            {
                while (!isStopping)
                {
                    turns.Sleep_NeedsGate(Timeout.InfiniteTimeSpan);
                }
            }
        });
        own.Start();
        BecomeLone();
        Assert.True(SpinWait.SpinUntil(() => own.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Limit));
        _sink.OnBatch = _ =>
        {
            lock (turns.Gate)
            {
                turns.Wake_NeedsGate();
            }
        };

        Thread first = new(() => Enqueue());
        first.Start();
        Assert.True(entered.Wait(Limit));
        _sink.OnBatch = null;
        Enqueue();
        int sent = _sink.Batches.Count;
        _batcher.Drain();
        Assert.Equal(sent + 1, _sink.Batches.Count);

        leave.Set();
        Assert.True(first.Join(Limit));
        lock (turns.Gate)
        {
            isStopping = true;
            turns.Wake_NeedsGate();
        }

        Assert.True(own.Join(Limit));
    }

    /// <summary>Four proposals, each answered before the next.</summary>
    private void BecomeLone()
    {
        for (int call = 0; call < 4; call++)
        {
            Enqueue();
            _pool.RunAll();
            Answer();
        }
    }

    private void Answer() => _batcher.OnBatchDone(Take());

    private ProposalBatch Take()
    {
        foreach (ProposalBatch batch in _sink.Batches)
        {
            if (_batcher.Pending.TryTake(batch.MemberId, batch.FirstId, out ProposalBatch? taken))
            {
                return taken;
            }
        }

        throw new InvalidOperationException("none is in flight");
    }

    private void Enqueue(int count = 1)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(
                ProposalAdmissionResult.Accepted,
                _batcher.Enqueue(TestCommand.BytesMin, new TestCommand(0, _number++), static (target, command) => command.Write(target), _waiter));
        }
    }

    private sealed class Slow(Action turn) : ITurnWorker
    {
        public bool MayBeLent => true;

        public void TakeTurn() => turn();
    }
}
