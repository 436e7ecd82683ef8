using System.Collections.Concurrent;
using MetaStore.IO;

namespace MetaStore.Server.Proposals;

/// <summary>Spare <see cref="ProposalCompletion"/>s and the coarse clock that times out waits.</summary>
/// <remarks>
/// No timer per call: every instance ever made is in one list, and a sweep a few times a second checks it. The list is as long as the largest
/// number of calls that ever waited at once, which admission bounds. Thread-safe.
/// </remarks>
/// <param name="background">Runs calls that continue with an error.</param>
internal sealed class ProposalCompletionPool(BackgroundWork background)
{
    /// <summary>A client with a shorter deadline gives up by itself; this only cleans up afterwards.</summary>
    public static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<ProposalCompletion> _spare = new();
    private readonly Lock _gate = new();
    private readonly List<ProposalCompletion> _all = [];

    /// <summary>Runs calls that continue with an error.</summary>
    public BackgroundWork Background { get; } = background;

    /// <summary>Calls waiting at this moment.</summary>
    public int WaitingCount => Snapshot().Count(pending => pending.WaitingState is not null);

    /// <summary>Takes an instance for one use.</summary>
    public ProposalCompletion Rent()
    {
        if (_spare.TryDequeue(out ProposalCompletion? spare))
        {
            return spare;
        }

        var made = new ProposalCompletion(this);
        lock (_gate)
        {
            _all.Add(made);
        }

        return made;
    }

    /// <summary>Takes back an instance.</summary>
    public void Return(ProposalCompletion pending) => _spare.Enqueue(pending);

    /// <summary>Ends every wait whose deadline has passed.</summary>
    /// <param name="now">A timestamp of the proposer's clock.</param>
    /// <param name="why">The error for a wait that began at the given time, when the deadline was the server's.</param>
    public void Sweep(long now, Func<long, ServerError> why)
    {
        HashSet<ProposalCompletion>? abandoned = null;
        foreach (ProposalCompletion pending in Snapshot())
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

    private ProposalCompletion[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _all];
        }
    }
}
