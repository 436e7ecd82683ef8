using MetaStore.Raft;

namespace MetaStore.Server.Membership;

/// <summary>The current leader, and a way to wait for a change.</summary>
/// <remarks>Written by the raft thread, read by any.</remarks>
internal sealed class Leadership
{
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _leader;
    private long _electedAt = long.MinValue / 2;
    private ulong _leadingTerm;
    private int _role;

    /// <summary>The leader, or 0.</summary>
    public ulong Leader => Volatile.Read(ref _leader);

    /// <summary>The role of this member.</summary>
    public Role Role => (Role)Volatile.Read(ref _role);

    /// <summary>The term in which this member leads, or 0: one value, so that both are consistent.</summary>
    public ulong LeadingTerm => Volatile.Read(ref _leadingTerm);

    /// <summary>When the current leader became known here, in <see cref="Environment.TickCount64"/>.</summary>
    public long ElectedAt => Volatile.Read(ref _electedAt);

    /// <summary>Completes with the next change. Read it before the leader: then no change can be missed.</summary>
    public Task NextChange => _changed.Task;

    /// <summary>Records a change.</summary>
    public void Set(SoftState soft, ulong term)
    {
        if (soft.Leader != Leader && soft.Leader != 0)
        {
            Volatile.Write(ref _electedAt, Environment.TickCount64);
        }

        Volatile.Write(ref _leader, soft.Leader);
        Volatile.Write(ref _role, (int)soft.Role);
        Volatile.Write(ref _leadingTerm, soft.Role == Role.Leader ? term : 0);
        TaskCompletionSource changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.TrySetResult();
    }

    /// <summary>Waits for the next change, for at most <paramref name="patience"/>, or until <paramref name="stop"/> is cancelled; never throws.</summary>
    public async Task WaitForChangeAsync(TimeSpan patience, CancellationToken stop = default)
    {
        Task changed = _changed.Task;
        await Task.WhenAny(changed, Task.Delay(patience, stop));
    }
}
