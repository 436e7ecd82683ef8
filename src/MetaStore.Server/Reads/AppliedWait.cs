using System.Threading.Tasks.Sources;
using MetaStore.Server.Apply;

namespace MetaStore.Server.Reads;

/// <summary>One reader waiting for the state machine to catch up. Pooled; completed once, by apply loop or sweep, under the waiter's lock.</summary>
internal sealed class AppliedWait(AppliedIndexWaiter owner) : ICompletable, IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _core;

    /// <summary>Index that must be applied.</summary>
    public ulong Index { get; private set; }

    /// <summary>Deadline, a timestamp of the waiter's clock.</summary>
    public long DeadlineAt { get; private set; }

    /// <summary>The result of the wait.</summary>
    public bool Reached { get; set; }

    /// <summary>The task of the wait; await it once.</summary>
    public ValueTask<bool> Task => new(this, _core.Version);

    public void Begin(ulong index, long deadlineAt)
    {
        Index = index;
        DeadlineAt = deadlineAt;
        Reached = false;
    }

    /// <inheritdoc/>
    public void Complete() => _core.SetResult(Reached);

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        bool reached = _core.GetResult(token);
        _core.Reset();
        owner.Return(this);
        return reached;
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
