using MetaStore.Raft.Runtime.Batching;
using MetaStore.Server.Reads;

namespace MetaStore.Server.Proposing;

/// <summary>The one timer behind all deadlines of proposals and waiting readers.</summary>
internal sealed class DeadlineSweeper : IDisposable
{
    private readonly PendingProposalPool _proposals;
    private readonly AppliedIndexWaiter _readers;
    private readonly ProposalBatcher _batcher;
    private readonly TimeoutCause _cause;
    private readonly TimeSpan _lost;
    private readonly ITimer _timer;
    private int _running;

    public DeadlineSweeper(
        PendingProposalPool proposals, AppliedIndexWaiter readers, ProposalBatcher batcher, TimeoutCause cause, TimeSpan requestTimeout, TimeProvider time)
    {
        _proposals = proposals;
        _readers = readers;
        _batcher = batcher;
        _cause = cause;

        // By then every caller has been told; what is left are places in the pipeline that a lost batch would hold for ever.
        _lost = requestTimeout + TimeSpan.FromSeconds(1);
        _timer = time.CreateTimer(_ => Sweep(), null, PendingProposalPool.SweepInterval, PendingProposalPool.SweepInterval);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Sweep()
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            return;
        }

        long now = Environment.TickCount64;
        _proposals.Sweep(now, _cause.Of);
        _readers.Sweep(now);
        _batcher.FailOlderThan(_lost, ProposalDrop.TimedOut);
        Volatile.Write(ref _running, 0);
    }
}
