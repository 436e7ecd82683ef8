using System.Collections.Concurrent;

namespace MetaStore.Server.Proposing;

/// <summary>Spare <see cref="PendingProposal"/>s and the coarse clock that times out waits.</summary>
/// <remarks>
/// No timer per call: every instance ever made is in one list, and a sweep a few times a second checks it. The list is as long as the largest
/// number of calls that ever waited at once, which admission bounds. Thread-safe.
/// </remarks>
internal sealed class PendingProposalPool
{
    /// <summary>A client with a shorter deadline gives up by itself; this only cleans up afterwards.</summary>
    public static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<PendingProposal> _spare = new();
    private readonly Lock _gate = new();
    private readonly List<PendingProposal> _all = [];

    /// <summary>Calls waiting at this moment.</summary>
    public int WaitingCount => Snapshot().Count(pending => pending.WaitingState is not null);

    /// <summary>Takes an instance for one use.</summary>
    public PendingProposal Rent()
    {
        if (_spare.TryDequeue(out PendingProposal? spare))
        {
            return spare;
        }

        var made = new PendingProposal(this);
        lock (_gate)
        {
            _all.Add(made);
        }

        return made;
    }

    /// <summary>Takes back an instance.</summary>
    public void Return(PendingProposal pending) => _spare.Enqueue(pending);

    /// <summary>Ends every wait whose deadline has passed.</summary>
    /// <param name="now">Time of <see cref="Environment.TickCount64"/>.</param>
    /// <param name="why">The error for a wait that began at the given time, when the deadline was the server's.</param>
    public void Sweep(long now, Func<long, ServerError> why)
    {
        HashSet<PendingProposal>? abandoned = null;
        foreach (PendingProposal pending in Snapshot())
        {
            if (pending.WaitingState is long state && pending.DeadlineAt <= now)
            {
                ServerError error = pending.IsClientDeadline ? ServerError.DeadlineExceeded : why(pending.StartedAt);
                if (pending.TryExpire(state, error))
                {
                    (abandoned ??= []).Add(pending);
                }
            }
        }

        if (abandoned is not null)
        {
            lock (_gate)
            {
                _all.RemoveAll(abandoned.Contains);
            }
        }
    }

    private PendingProposal[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _all];
        }
    }
}
