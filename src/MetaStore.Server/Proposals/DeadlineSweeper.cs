using MetaStore.Batching;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Server.Reads;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Proposals;

/// <summary>The one timer for the deadlines of proposals and waiting readers. A failing sweep is logged, and the next one runs on schedule.</summary>
internal sealed class DeadlineSweeper : IDisposable
{
    private readonly ProposalCompletionPool _proposals;
    private readonly AppliedIndexWaiter _readers;
    private readonly ProposalBatcher _batcher;
    private readonly TimeoutDiagnosis _cause;
    private readonly TimeSpan _lost;
    private readonly TimeProvider _time;
    private readonly SupervisedTimer _timer;

    public DeadlineSweeper(
        ProposalCompletionPool proposals, AppliedIndexWaiter readers, ProposalBatcher batcher, TimeoutDiagnosis cause, TimeSpan requestTimeout, TimeProvider time,
        ILogger logger)
    {
        _proposals = proposals;
        _readers = readers;
        _batcher = batcher;
        _cause = cause;
        _time = time;

        // By then every caller has timed out; this frees the places in the pipeline that a lost batch would otherwise hold forever.
        _lost = requestTimeout + TimeSpan.FromSeconds(1);
        _timer = new SupervisedTimer("deadlines", ProposalCompletionPool.SweepInterval, Sweep, logger, time);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Sweep()
    {
        long now = _time.GetTimestamp();
        _proposals.Sweep(now, _cause.Of);
        _readers.Sweep(now);
        _batcher.FailOlderThan(_lost, ProposalFailure.TimedOut);
    }
}
