using MetaStore.Server.Watch.Sending;
using MetaStore.StateMachine.Watch;

namespace MetaStore.Server.Watch;

/// <summary>Lets streams read history only while the bytes queued on all streams are below a bound: what they read is held until it is sent.</summary>
/// <remarks>Between two checks of the bound at most one stream per thread reads. Thread-safe.</remarks>
internal sealed class HistoryGate(WatchBudget budget, long bytesMax)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    // One round must always be possible.
    private readonly long _bytesMax = Math.Max(bytesMax, CatchUp.RoundBytes);
    private int _waiting;

    /// <summary>True while streams wait for other clients to read.</summary>
    public bool IsContended => Volatile.Read(ref _waiting) > 0;

    /// <summary>Waits until a round is allowed.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public async ValueTask EnterAsync(CancellationToken stop)
    {
        if (budget.Bytes <= _bytesMax)
        {
            return;
        }

        Interlocked.Increment(ref _waiting);
        try
        {
            do
            {
                await Task.Delay(Poll, stop);
            }
            while (budget.Bytes > _bytesMax);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
