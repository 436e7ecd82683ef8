namespace MetaStore.Server.Budgets;

/// <summary>A call waiting in the queue for budget.</summary>
/// <param name="bytes">Bytes it waits for.</param>
internal sealed class BudgetWaiter(long bytes)
{
    private readonly TaskCompletionSource<bool> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isOver;

    public long Bytes { get; } = bytes;

    /// <summary>Completes with true when the bytes are granted.</summary>
    public Task<bool> Granted => _granted.Task;

    /// <summary>True when the bytes were granted or the call has given up.</summary>
    public bool IsOver => Volatile.Read(ref _isOver) != 0;

    /// <summary>Ends the wait; true for the first caller only.</summary>
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
