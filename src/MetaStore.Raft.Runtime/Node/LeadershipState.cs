using MetaStore.IO;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>The leader and the role of this member, and a way to wait for a change.</summary>
/// <remarks>Written by the raft thread, read by any. Each value is up to date on its own.</remarks>
/// <param name="time">Clock of the waits and of <see cref="ElectedAt"/>.</param>
/// <param name="background">Runs the calls that waited for a change.</param>
public sealed class LeadershipState(TimeProvider time, BackgroundWork background)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<LeadershipWait> _waits = new();
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _leader;
    private long _electedAt = long.MinValue / 2;
    private ulong _leadingTerm;
    private int _role;
    private long _changes;

    /// <summary>The leader, or 0.</summary>
    public ulong Leader => Volatile.Read(ref _leader);

    /// <summary>The role of this member.</summary>
    public Role Role => (Role)Volatile.Read(ref _role);

    /// <summary>The term in which this member leads, or 0: one value, so that both are consistent.</summary>
    public ulong LeadingTerm => Volatile.Read(ref _leadingTerm);

    /// <summary>Number of leader changes seen here.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>When the current leader became known here, a timestamp of the clock.</summary>
    public long ElectedAt => Volatile.Read(ref _electedAt);

    /// <summary>Completes with the next change. Read it before the leader: then no change can be missed.</summary>
    public Task NextChange => _changed.Task;

    /// <summary>Called with each change and its term, on the raft thread, which it must not block; null for none.</summary>
    public Action<SoftState, ulong>? Observer { get; set; }

    /// <summary>Records a change and ends the waits for it.</summary>
    internal void Set(SoftState soft, ulong term)
    {
        LeadershipWait[] over;
        lock (_gate)
        {
            if (soft.Leader != Leader && soft.Leader != 0)
            {
                Volatile.Write(ref _electedAt, time.GetTimestamp());
                Volatile.Write(ref _changes, _changes + 1);
            }

            Volatile.Write(ref _leader, soft.Leader);
            Volatile.Write(ref _role, (int)soft.Role);
            Volatile.Write(ref _leadingTerm, soft.Role == Role.Leader ? term : 0);
            over = [.. _waits];
            _waits.Clear();
        }

        foreach (LeadershipWait wait in over)
        {
            background.Queue(wait);
        }

        TaskCompletionSource changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.TrySetResult();
        Observer?.Invoke(soft, term);
    }

    /// <summary>Waits for the next change, for at most <paramref name="patience"/>, or until <paramref name="stop"/> is cancelled; never throws.</summary>
    public Task WaitForChangeAsync(TimeSpan patience, CancellationToken stop = default) => WaitAsync(patience, patience, stop);

    /// <summary>Waits before a proposal that the leader did not take is repeated.</summary>
    /// <param name="pause">Longest wait while a leader is known: it may take the next attempt.</param>
    /// <param name="left">Longest wait while there is none: only a change can help.</param>
    public Task WaitForLeaderAsync(TimeSpan pause, TimeSpan left) => WaitAsync(pause < left ? pause : left, left, CancellationToken.None);

    /// <summary>A wait ended before a change.</summary>
    internal void Forget(LeadershipWait wait)
    {
        lock (_gate)
        {
            if (wait.Place is { List: not null } place)
            {
                _waits.Remove(place);
            }
        }
    }

    /// <remarks>Whether there is a leader is looked at under the lock, so that the change that brings one cannot be missed.</remarks>
    private Task WaitAsync(TimeSpan withLeader, TimeSpan withoutLeader, CancellationToken stop)
    {
        var wait = new LeadershipWait(this);
        lock (_gate)
        {
            wait.Place = _waits.AddLast(wait);
            wait.Begin(Leader == 0 ? withoutLeader : withLeader, time, stop);
        }

        return wait.Over;
    }
}
