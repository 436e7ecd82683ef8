namespace MetaStore.Server.Listening.Connections;

/// <summary>
/// Keeps a connection from queueing more calls at the thread pool than its share: every arriving call becomes a work item, the pool processes them in
/// order, and 100,000 calls of one client would all run before the next call of another. Beyond the share the connection is not read until calls
/// have started; TCP flow control then slows down its client.
/// </summary>
/// <remarks>The read loop of one connection calls <see cref="OnArrived"/> and <see cref="WaitAsync"/>, pool threads call <see cref="OnBegun"/>.</remarks>
/// <param name="limit">All connections: the more there are, the smaller the share.</param>
internal sealed class CallIntake(ConnectionLimit limit)
{
    /// <summary>Minimum share of a connection, and the number subtracted from the count when no call starts.</summary>
    public const int ShareLeast = 16;

    /// <summary>Maximum share of a connection: for a client with a single connection and a thousand callers.</summary>
    public const int ShareMost = 1024;

    // Measured: with 1,024 the puts of a thousand callers on one client's connections fell to 0.44, with 16,384 half-sent calls delayed others by 2.4 s.
    private const int QueuedOfAll = 4096;


    /// <summary>Rejected HEADERS, and trailers, never start a call: when none has started for this long, a few are subtracted from the count.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(20);

    private int _queued;
    private int _begun;
    private TaskCompletionSource? _waiting;

    /// <summary>True when the connection has used up its share of the queue.</summary>
    public bool IsFull => Volatile.Read(ref _queued) >= Share;

    private int Share => Math.Clamp(QueuedOfAll / Math.Max(limit.Open, 1), ShareLeast, ShareMost);

    /// <summary>A HEADERS frame is passed to Kestrel.</summary>
    public void OnArrived() => Interlocked.Increment(ref _queued);

    /// <summary>A call of this connection left the queue.</summary>
    public void OnBegun()
    {
        Interlocked.Increment(ref _begun);
        var queued = Interlocked.Decrement(ref _queued);
        if (queued < 0)
        {
            // One of those subtracted has started after all.
            Interlocked.Increment(ref _queued);
        }

        if (queued <= Share / 2 && Volatile.Read(ref _waiting) is not null)
        {
            Interlocked.Exchange(ref _waiting, null)?.TrySetResult();
        }
    }

    /// <summary>Waits until half of the share has started.</summary>
    public async ValueTask WaitAsync()
    {
        while (IsFull)
        {
            var begun = Volatile.Read(ref _begun);
            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _waiting, waiting);
            if (IsFull)
            {
                await waiting.Task.WaitAsync(s_longestWait).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            Interlocked.Exchange(ref _waiting, null);
            if (IsFull && Volatile.Read(ref _begun) == begun)
            {
                Interlocked.Add(ref _queued, -ShareLeast);
            }
        }
    }
}
