using System.Threading.Tasks.Sources;

namespace MetaStore.Server.Watch;

/// <summary>Async auto-reset event for one waiter; a signal before the wait is kept. A wait does not allocate.</summary>
/// <remarks>Any thread sets, one waits at a time. The waiter continues on another thread, never inside <see cref="Set"/>.</remarks>
internal sealed class AsyncAutoResetEvent : IValueTaskSource
{
    private const int Idle = 0;
    private const int IsSet = 1;
    private const int IsAwaited = 2;

    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private int _state;

    /// <summary>Releases the waiter, or lets the next wait complete at once.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _state, IsSet) == IsAwaited)
        {
            _core.SetResult(true);
        }
    }

    /// <summary>Waits for a signal and resets it.</summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, IsSet) == IsSet)
        {
            return ValueTask.CompletedTask;
        }

        _core.Reset();
        var wait = new ValueTask(this, _core.Version);
        if (Interlocked.CompareExchange(ref _state, IsAwaited, Idle) == Idle)
        {
            return wait;
        }

        UseUp();
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token)
    {
        _core.GetResult(token);
        UseUp();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>
    /// A full fence: what the waiter reads next is read after the reset. A plain store could be reordered after that read, and clear a signal whose
    /// cause the read had missed.
    /// </summary>
    private void UseUp() => Interlocked.Exchange(ref _state, Idle);
}
