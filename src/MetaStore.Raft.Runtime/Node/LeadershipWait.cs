namespace MetaStore.Raft.Runtime.Node;

/// <summary>One wait for a change of leadership. It ends with the change, when its time is over or when its token is cancelled, whichever is first.</summary>
/// <remarks>Any thread. The continuation of the waiting call runs on the thread that ends the wait, which is never the raft thread.</remarks>
/// <param name="owner">Forgets the wait when it ends by time or token.</param>
internal sealed class LeadershipWait(LeadershipState owner) : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource _over = new();
    private ITimer? _timer;
    private CancellationTokenRegistration _cancellation;

    /// <summary>Completes when the wait is over; never fails.</summary>
    public Task Over => _over.Task;

    /// <summary>Its place in the owner's list. Guarded by the owner's lock.</summary>
    public LinkedListNode<LeadershipWait>? Place { get; set; }

    /// <summary>Starts timer and cancellation, once, under the owner's lock: neither can end the wait before it is complete.</summary>
    public void Begin(TimeSpan patience, TimeProvider time, CancellationToken stop)
    {
        if (patience != Timeout.InfiniteTimeSpan)
        {
            _timer = time.CreateTimer(static state => ((LeadershipWait)state!).GiveUp(), this, patience, Timeout.InfiniteTimeSpan);
        }

        _cancellation = stop.UnsafeRegister(static state => ((LeadershipWait)state!).GiveUp(), this);
    }

    /// <summary>The change has happened.</summary>
    void IThreadPoolWorkItem.Execute() => End();

    private void GiveUp()
    {
        owner.Forget(this);
        End();
    }

    private void End()
    {
        _timer?.Dispose();
        _cancellation.Unregister();
        _over.TrySetResult();
    }
}
