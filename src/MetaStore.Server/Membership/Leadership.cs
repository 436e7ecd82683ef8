using MetaStore.Raft;

namespace MetaStore.Server.Membership;

/// <summary>Who leads, since when, and a way to wait for somebody to lead.</summary>
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

    /// <summary>What this member is.</summary>
    public Role Role => (Role)Volatile.Read(ref _role);

    /// <summary>The term this member leads in, or 0 when it does not lead: one value, so that both are of the same moment.</summary>
    public ulong LeadingTerm => Volatile.Read(ref _leadingTerm);

    /// <summary>When the present leader became known here, in <see cref="Environment.TickCount64"/>.</summary>
    public long ElectedAt => Volatile.Read(ref _electedAt);

    /// <summary>Ends with the next change. To be taken before the leader is looked at: then no change falls in between.</summary>
    public Task NextChange => _changed.Task;

    /// <summary>Takes note of a change.</summary>
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

    /// <summary>Waits for the next change, for <paramref name="patience"/>, or until <paramref name="stop"/> fires; throws in no case.</summary>
    public async Task WaitForChangeAsync(TimeSpan patience, CancellationToken stop = default)
    {
        Task changed = _changed.Task;
        await Task.WhenAny(changed, Task.Delay(patience, stop));
    }
}
