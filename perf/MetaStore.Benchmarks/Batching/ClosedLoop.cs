using MetaStore.Batching;
using MetaStore.Batching.Settings;
using MetaStore.Benchmarks.StateMachine;
using MetaStore.IO;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Benchmarks.Batching;

/// <summary>A real batcher with callers that wait for each put before the next one, in simulated time: deterministic.</summary>
/// <remarks>
/// The log is a model: a batch is committed 1 ms after it was sent, and not sooner than 20 us plus 10 us per put after the one before.
/// </remarks>
internal sealed class ClosedLoop : IProposalWaiter, IDisposable
{
    private static readonly long RoundTrip = TimeSpan.FromMilliseconds(1).Ticks;
    private static readonly long PerBatch = TimeSpan.FromMicroseconds(20).Ticks;
    private static readonly long PerPut = TimeSpan.FromMicroseconds(10).Ticks;

    private readonly PutCommand _command = PutProposal.Command(1);
    private readonly Queue<(long DoneAt, ProposalBatch Batch)> _inFlight = new();
    private readonly SimulatedClock _clock = new();
    private readonly ProposalBatcher _batcher;
    private long _lastDone;
    private int _callers;
    private int _outstanding;

    public ClosedLoop(BatchSettings settings) =>
        _batcher = new ProposalBatcher(1, settings, TryPropose, _clock, BackgroundWork.ThreadPool, firstId: 1, flushInline: true);

    /// <summary>Called after each flush.</summary>
    public Action? Flushed { get; set; }

    /// <summary>Simulated time since the start.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_clock.Now);

    /// <summary>Current batch size.</summary>
    public int Size => _batcher.Statistics.CurrentBatchSize;

    /// <summary>Runs a number of callers for a simulated time. Surplus callers stop after their current put.</summary>
    public void Run(int callers, TimeSpan duration)
    {
        var end = _clock.Now + duration.Ticks;
        _callers = callers;
        Propose();
        while (true)
        {
            var commit = _inFlight.TryPeek(out var first) ? first.DoneAt : long.MaxValue;
            var next = Math.Min(commit, _clock.Due);
            if (next > end)
            {
                _clock.MoveTo(end);
                return;
            }

            _clock.MoveTo(next);
            if (next == commit)
            {
                Commit(_inFlight.Dequeue().Batch);
            }
            else
            {
                _clock.Fire();
            }
        }
    }

    private bool TryPropose(ProposalBatch batch)
    {
        _lastDone = Math.Max(_clock.Now + RoundTrip, _lastDone + PerBatch + (PerPut * batch.Count));
        _inFlight.Enqueue((_lastDone, batch));
        Flushed?.Invoke();
        return true;
    }

    void IProposalWaiter.Fail(ProposalFailure reason)
    {
        if (reason != ProposalFailure.Stopped)
        {
            throw new InvalidOperationException($"dropped: {reason}");
        }
    }

    public void Dispose() => _batcher.Dispose();

    private void Commit(ProposalBatch batch)
    {
        _batcher.Pending.TryTake(batch.MemberId, batch.FirstId, out _);
        _outstanding -= batch.Count;

        // The callers' next puts arrive before the place in the pipeline is free, as in a server that completes a group at once.
        Propose();
        _batcher.OnBatchDone(batch);
    }

    private void Propose()
    {
        for (; _outstanding < _callers; _outstanding++)
        {
            _batcher.Enqueue(_command, this);
        }
    }
}
