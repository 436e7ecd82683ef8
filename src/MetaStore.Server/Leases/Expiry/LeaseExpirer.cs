using System.Collections.Concurrent;
using MetaStore.Raft.Runtime.Node;
using MetaStore.StateMachine.Leases;

namespace MetaStore.Server.Leases.Expiry;

/// <summary>Starts and stops the <see cref="LeaseClock"/> with leadership, and revokes expired leases.</summary>
/// <remarks>
/// Runs every <see cref="Interval"/>. Before it proposes anything it confirms leadership with the quorum: a process that was suspended may have lost
/// it. Limits: <see cref="TakenMax"/> leases per pass, <see cref="InFlightMax"/> concurrent proposals.
/// </remarks>
internal sealed class LeaseExpirer(LeaseClock clock, ILeaseProposer proposer)
{
    /// <summary>Time between two passes.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Leases per pass, which makes 1000 a second.</summary>
    public const int TakenMax = 500;

    /// <summary>Maximum number of proposals without an outcome.</summary>
    public const int InFlightMax = 16;

    private Task _revoking = Task.CompletedTask;

    /// <summary>The revokes of the last pass; completes when all have an outcome.</summary>
    public Task Revoking => _revoking;

    /// <summary>Runs passes until cancelled, and at once when leadership changes.</summary>
    public async Task RunAsync(LeadershipState leadership, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Look();
            await leadership.WaitForChangeAsync(Interval, stop);
        }

        await _revoking;
    }

    /// <summary>Runs one pass. One caller at a time. Throws the exception of an earlier pass's work.</summary>
    public void Look()
    {
        if (_revoking.IsFaulted)
        {
            Task failed = _revoking;
            _revoking = Task.CompletedTask;
            failed.GetAwaiter().GetResult();
        }

        ulong term = proposer.LeadingTerm;
        clock.Lead(term);
        if (term != 0 && _revoking.IsCompleted && clock.HasDue)
        {
            _revoking = RevokeAsync(term);
        }
    }

    private async Task RevokeAsync(ulong term)
    {
        if (!await proposer.ConfirmAsync(term))
        {
            return;
        }

        IReadOnlyList<ExpiredLease> expired = clock.ExpiredOf(clock.TakeDue(term, TakenMax), term);
        var due = new ConcurrentQueue<ExpiredLease>(proposer.ComparesEpochs ? await WithEpochsAsync(expired, term) : expired.Select(lease => lease with { Epoch = 0 }));
        await Task.WhenAll([.. Enumerable.Range(0, Math.Min(InFlightMax, due.Count)).Select(_ => ExpireAsync(due, term))]);
    }

    /// <summary>The leases of which the epoch is not 0 or is no longer 0 after an entry for all of them; the next pass takes the others again.</summary>
    /// <remarks>
    /// A client may grant an id again while the expiry of its last lease waits in the log, and that lease begins at epoch 0 too. A renewal in the log
    /// raises the epoch. Besides it clears a recorded remaining time, which counts only if the leader changes before the expiry is applied.
    /// </remarks>
    private async ValueTask<IEnumerable<ExpiredLease>> WithEpochsAsync(IReadOnlyList<ExpiredLease> expired, ulong term)
    {
        LeaseCheckpoint[] first = [.. expired.Where(lease => lease.Epoch == 0).Select(lease => new LeaseCheckpoint(lease.Id, 0, 0))];
        if (first.Length > 0 && await proposer.RecordAsync(first, term))
        {
            expired = clock.ExpiredOf([.. expired.Select(lease => lease.Id)], term);
        }

        foreach (ExpiredLease lease in expired.Where(lease => lease.Epoch == 0))
        {
            clock.TakeInNextPass(lease.Id, term);
        }

        return expired.Where(lease => lease.Epoch != 0);
    }

    private async Task ExpireAsync(ConcurrentQueue<ExpiredLease> due, ulong term)
    {
        while (due.TryDequeue(out ExpiredLease lease))
        {
            switch (await proposer.ExpireAsync(lease, term))
            {
                case ExpiryOutcome.Removed:
                    clock.Counts.CountExpired();
                    break;
                case ExpiryOutcome.NotProposed:
                    clock.TakeInNextPass(lease.Id, term);
                    break;
            }
        }
    }
}
