using System.Collections.Concurrent;
using MetaStore.Server.Membership;

namespace MetaStore.Server.Leases;

/// <summary>Lets the <see cref="LeaseClock"/> follow leadership, and has removed what has run out.</summary>
/// <remarks>
/// Looks every <see cref="Interval"/>. Before it proposes anything it asks the quorum whether it still leads: a process that was stopped for a
/// while does not know. Bounds: <see cref="TakenMax"/> leases a look, <see cref="InFlightMax"/> proposals at a time.
/// </remarks>
internal sealed class LeaseExpirer(LeaseClock clock, ILeaseProposer proposer)
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Leases taken in one look, which makes 1000 a second.</summary>
    public const int TakenMax = 500;

    /// <summary>Proposals that wait for their outcome.</summary>
    public const int InFlightMax = 16;

    private Task _revoking = Task.CompletedTask;

    /// <summary>The revokes of the last look; ends when all have an outcome.</summary>
    public Task Revoking => _revoking;

    /// <summary>Looks until told to stop, and at once when leadership changes.</summary>
    public async Task RunAsync(Leadership leadership, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Look();
            await leadership.WaitForChangeAsync(Interval, stop);
        }

        await _revoking;
    }

    /// <summary>Looks once. One caller at a time. Throws what the work of an earlier look failed with.</summary>
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

        var due = new ConcurrentQueue<long>(clock.TakeDue(term, TakenMax));
        await Task.WhenAll([.. Enumerable.Range(0, Math.Min(InFlightMax, due.Count)).Select(_ => ExpireAsync(due, term))]);
    }

    private async Task ExpireAsync(ConcurrentQueue<long> due, ulong term)
    {
        while (due.TryDequeue(out long id))
        {
            if (await proposer.ExpireAsync(id, term))
            {
                clock.Counts.CountExpired();
            }
        }
    }
}
