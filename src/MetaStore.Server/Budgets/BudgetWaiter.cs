namespace MetaStore.Server.Budgets;

/// <summary>A call's place in the queue for room.</summary>
/// <param name="bytes">What it waits for.</param>
internal sealed class BudgetWaiter(long bytes)
{
    private readonly TaskCompletionSource<bool> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isOver;

    public long Bytes { get; } = bytes;

    /// <summary>Completes with true when the room is its own.</summary>
    public Task<bool> Granted => _granted.Task;

    /// <summary>It was given room or has gone.</summary>
    public bool IsOver => Volatile.Read(ref _isOver) != 0;

    /// <summary>Ends the wait; true for the first who does.</summary>
    public bool TryEnd(bool granted)
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
        {
            return false;
        }

        _granted.SetResult(granted);
        return true;
    }
}
