using MetaStore.Server.Watch.Sending;
using MetaStore.StateMachine.Watch;

namespace MetaStore.Server.Watch;

/// <summary>Lets streams read history only while what waits on all streams is within its bound: what they read is kept until it is sent.</summary>
/// <remarks>Between two looks at the bound as many streams read as there are threads. Thread-safe.</remarks>
internal sealed class HistoryGate(WatchBudget budget, long bytesMax)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    // One round must always be possible.
    private readonly long _bytesMax = Math.Max(bytesMax, CatchUp.RoundBytes);
    private int _waiting;

    /// <summary>Streams wait for others to be read by their clients.</summary>
    public bool IsContended => Volatile.Read(ref _waiting) > 0;

    /// <summary>Waits until there is room for a round.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> fired.</exception>
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
