using MetaStore.StateMachine.Leases;

namespace MetaStore.Server.Leases;

/// <summary>Lease timers, which run while this member leads. Decides nothing: expired leases are revoked through the log.</summary>
/// <remarks>
/// Time is monotonic. A new leader gives every lease its full TTL, or what was recorded for it, plus one election timeout, so a lease never expires
/// early because of an election or a restart; on every other member the timers are stopped. An expired lease cannot be renewed any more, and a
/// renewal moves a lease after every expiry decided before. Thread-safe; each call is short, <see cref="Lead"/> is linear.
/// Source: etcd v3 Lease.
/// </remarks>
/// <param name="time">Only its monotonic timestamps are used.</param>
/// <param name="electionTimeout">Added to every lease by an election.</param>
/// <param name="checkpointInterval">Interval of recording the remaining time; zero = never.</param>
internal sealed class LeaseClock(TimeProvider time, TimeSpan electionTimeout, TimeSpan checkpointInterval = default) : ILeaseListener
{
    /// <summary>Time after which a revoke that had no effect is proposed again.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly long _origin = time.GetTimestamp();
    private readonly Dictionary<long, TimedLease> _leases = [];
    private readonly SortedSet<(TimeSpan Due, long Id)> _order = [];
    private readonly CheckpointSchedule _checkpoints = new(checkpointInterval);
    private ulong _term;

    /// <summary>Lease counters.</summary>
    public LeaseCounts Counts { get; } = new();

    /// <summary>The term in which the timers run; 0 while they are stopped.</summary>
    public ulong Term
    {
        get
        {
            lock (_gate)
            {
                return _term;
            }
        }
    }

    /// <summary>True when a lease has expired, or its revoke is to be proposed again.</summary>
    public bool HasDue
    {
        get
        {
            lock (_gate)
            {
                return _order.Count > 0 && _order.Min.Due <= Now;
            }
        }
    }

    /// <summary>True when remaining times are to be recorded.</summary>
    public bool HasCheckpoints
    {
        get
        {
            lock (_gate)
            {
                return _checkpoints.IsDue(Now);
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Starts the timers in a term, stops them when it is 0; no effect when it is the current one.</summary>
    public void Lead(ulong term)
    {
        lock (_gate)
        {
            if (term == _term)
            {
                return;
            }

            _term = term;
            _order.Clear();
            _checkpoints.Clear();
            foreach (TimedLease lease in _leases.Values)
            {
                lease.Gone?.TrySetResult();
                lease.Gone = null;

                // Records in flight belong to the old term and have no effect, unless they are reported as made.
                lease.MayBeRecorded = lease.Checkpoint != 0;
                lease.CheckpointAt = null;
            }

            if (term != 0)
            {
                StartAll_NeedsGate();
            }
        }
    }

    /// <summary>Gives a lease its full TTL again.</summary>
    /// <param name="id">The lease.</param>
    /// <param name="term">The term in which the caller has confirmed that this member leads.</param>
    public Renewal Renew(long id, ulong term)
    {
        lock (_gate)
        {
            if (term == 0 || term != _term)
            {
                return new Renewal(RenewalOutcome.NotLeading, 0, Task.CompletedTask);
            }

            if (!_leases.TryGetValue(id, out TimedLease? lease))
            {
                return new Renewal(RenewalOutcome.Missing, 0, Task.CompletedTask);
            }

            if (lease.Deadline <= Now)
            {
                lease.Gone ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return new Renewal(RenewalOutcome.Expiring, 0, lease.Gone.Task);
            }

            if (lease.MayBeRecorded)
            {
                return new Renewal(RenewalOutcome.Recorded, 0, Task.CompletedTask);
            }

            // The election's extra time is kept: the order of expiries relies on deadlines that only increase.
            TimeSpan full = Now + TimeSpan.FromSeconds(lease.Ttl);
            Schedule_NeedsGate(lease, full > lease.Deadline ? full : lease.Deadline);
            Counts.CountRenewed();
            return new Renewal(RenewalOutcome.Renewed, lease.Ttl, Task.CompletedTask);
        }
    }

    /// <summary>Remaining time of a lease, not below zero.</summary>
    /// <param name="id">The lease.</param>
    /// <param name="term">As in <see cref="Renew"/>.</param>
    /// <returns>Null when there is no such lease or the timers do not run in that term.</returns>
    public TimeSpan? Remaining(long id, ulong term)
    {
        lock (_gate)
        {
            if (term == 0 || term != _term || !_leases.TryGetValue(id, out TimedLease? lease))
            {
                return null;
            }

            TimeSpan left = lease.Deadline - Now;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>All IDs: on a leader in order of expiry, elsewhere ascending.</summary>
    public IReadOnlyList<long> List()
    {
        lock (_gate)
        {
            return _term == 0
                ? [.. _leases.Keys.Order()]
                : [.. _leases.Values.OrderBy(lease => lease.Deadline).ThenBy(lease => lease.Id).Select(lease => lease.Id)];
        }
    }

    /// <summary>Takes expired leases. They are returned again after 3 seconds unless they are revoked or <see cref="TakeInNextPass"/> is called.</summary>
    /// <param name="term">The term in which the caller confirmed leadership.</param>
    /// <param name="max">Maximum number.</param>
    public IReadOnlyList<long> TakeDue(ulong term, int max)
    {
        var due = new List<long>();
        lock (_gate)
        {
            while (term != 0 && term == _term && due.Count < max && _order.Count > 0 && _order.Min.Due <= Now)
            {
                TimedLease lease = _leases[_order.Min.Id];
                due.Add(lease.Id);
                Move_NeedsGate(lease, Now + RetryAfter);
            }
        }

        return due;
    }

    /// <summary>No expiry was proposed for a lease that was taken: it is returned by the next <see cref="TakeDue"/>.</summary>
    public void TakeInNextPass(long id, ulong term)
    {
        lock (_gate)
        {
            if (term == _term && _leases.TryGetValue(id, out TimedLease? lease) && lease.Deadline <= Now)
            {
                // After the deadline: an earlier expiry of this term may be in the log, so a renewal that is reported late must not count.
                Move_NeedsGate(lease, lease.Deadline + TimeSpan.FromTicks(1));
            }
        }
    }

    /// <summary>Those of the leases that exist and have expired, with their epochs.</summary>
    /// <param name="ids">From <see cref="TakeDue"/>.</param>
    /// <param name="term">The term in which they were taken.</param>
    public IReadOnlyList<ExpiredLease> ExpiredOf(IReadOnlyList<long> ids, ulong term)
    {
        var expired = new List<ExpiredLease>(ids.Count);
        lock (_gate)
        {
            foreach (long id in ids)
            {
                if (term == _term && _leases.TryGetValue(id, out TimedLease? lease) && lease.Deadline <= Now)
                {
                    expired.Add(new ExpiredLease(id, lease.Epoch));
                }
            }
        }

        return expired;
    }

    /// <summary>Takes leases whose remaining time is to be recorded; from here on a renewal of one clears the record first.</summary>
    /// <param name="term">The term in which the record is proposed.</param>
    /// <param name="max">Maximum number.</param>
    public IReadOnlyList<LeaseCheckpoint> TakeCheckpoints(ulong term, int max)
    {
        var taken = new List<LeaseCheckpoint>();
        lock (_gate)
        {
            while (term != 0 && term == _term && taken.Count < max && _checkpoints.Next(Now) is { } id)
            {
                TimedLease lease = _leases[id];
                long left = (long)Math.Ceiling((lease.Deadline - Now).TotalSeconds);
                _checkpoints.Set(lease, Now);
                if (left > 0 && left < lease.Ttl)
                {
                    lease.MayBeRecorded = true;
                    taken.Add(new LeaseCheckpoint(id, lease.Epoch, left));
                }
            }
        }

        return taken;
    }

    /// <inheritdoc/>
    public void OnGranted(long id, long ttl)
    {
        lock (_gate)
        {
            var lease = new TimedLease(id, ttl);
            _leases[id] = lease;
            if (_term != 0)
            {
                Schedule_NeedsGate(lease, Now + TimeSpan.FromSeconds(ttl));
            }
        }

        Counts.CountGranted(ttl);
    }

    /// <inheritdoc/>
    public void OnRevoked(long id)
    {
        lock (_gate)
        {
            if (_leases.Remove(id, out TimedLease? lease))
            {
                _order.Remove((lease.Due, id));
                _checkpoints.Remove(lease);
                lease.Gone?.TrySetResult();
            }
        }

        Counts.CountRevoked();
    }

    /// <inheritdoc/>
    public void OnCheckpointed(LeaseCheckpoint recorded)
    {
        lock (_gate)
        {
            if (!_leases.TryGetValue(recorded.Id, out TimedLease? lease))
            {
                return;
            }

            (lease.Checkpoint, lease.Epoch) = (recorded.Remaining, recorded.Epoch);
            lease.MayBeRecorded = recorded.Remaining != 0;

            // A renewal of the previous term, reported only now: it counts, unless this term has already decided to expire the lease.
            bool isDecided = lease.Due > lease.Deadline;
            if (_term != 0 && recorded.Remaining == 0 && !isDecided)
            {
                TimeSpan full = Now + TimeSpan.FromSeconds(lease.Ttl);
                Schedule_NeedsGate(lease, full > lease.Deadline ? full : lease.Deadline);
            }
        }
    }

    /// <inheritdoc/>
    public void OnLoaded(IReadOnlyList<LeaseInfo> leases)
    {
        lock (_gate)
        {
            foreach (TimedLease lease in _leases.Values)
            {
                lease.Gone?.TrySetResult();
            }

            _leases.Clear();
            _order.Clear();
            _checkpoints.Clear();
            foreach (LeaseInfo lease in leases)
            {
                _leases.Add(lease.Id, new TimedLease(lease.Id, lease.Ttl)
                {
                    Checkpoint = lease.Checkpoint,
                    Epoch = lease.Epoch,
                    MayBeRecorded = lease.Checkpoint != 0,
                });
            }

            if (_term != 0)
            {
                StartAll_NeedsGate();
            }
        }
    }

    private void StartAll_NeedsGate()
    {
        foreach ((TimedLease lease, TimeSpan deadline) in InitialExpirySpread.Of(_leases.Values, Now + electionTimeout))
        {
            Schedule_NeedsGate(lease, deadline);
        }
    }

    private void Schedule_NeedsGate(TimedLease lease, TimeSpan deadline)
    {
        lease.Deadline = deadline;
        Move_NeedsGate(lease, deadline);
        _checkpoints.Set(lease, Now);
    }

    private void Move_NeedsGate(TimedLease lease, TimeSpan due)
    {
        _order.Remove((lease.Due, lease.Id));
        lease.Due = due;
        _order.Add((due, lease.Id));
    }
}
