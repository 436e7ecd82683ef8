namespace MetaStore.Server.Listening.Connections;

/// <summary>
/// Keeps a connection from queueing more calls at the thread pool than its share: every call that arrives becomes a work item, the pool takes them in
/// order, and 100,000 calls of one client would all come before the next call of another. Beyond the share the connection is not read until calls
/// have begun; TCP holds its client back.
/// </summary>
/// <remarks>The read loop of one connection calls <see cref="OnArrived"/> and <see cref="WaitAsync"/>, pool threads call <see cref="OnBegun"/>.</remarks>
/// <param name="limit">All connections: the more there are, the smaller is a share.</param>
internal sealed class CallIntake(ConnectionLimit limit)
{
    /// <summary>Least share of a connection, and how many are taken off the count when none begins.</summary>
    public const int ShareLeast = 16;

    /// <summary>Largest share of a connection: of a client that has only one and a thousand callers.</summary>
    public const int ShareMost = 1024;

    // Measured: with 1,024 the puts of a thousand callers on one client's connections fell to 0.44, with 16,384 half-sent calls held others back for 2.4 s.
    private const int QueuedOfAll = 4096;


    /// <summary>HEADERS that are refused, and trailers, never begin: when none has begun for this long, a few are taken off the count.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(20);

    private int _queued;
    private int _begun;
    private TaskCompletionSource? _waiting;

    /// <summary>True when the connection has its share in the queue.</summary>
    public bool IsFull => Volatile.Read(ref _queued) >= Share;

    private int Share => Math.Clamp(QueuedOfAll / Math.Max(limit.Open, 1), ShareLeast, ShareMost);

    /// <summary>A HEADERS frame is handed to Kestrel.</summary>
    public void OnArrived() => Interlocked.Increment(ref _queued);

    /// <summary>A call of this connection left the queue.</summary>
    public void OnBegun()
    {
        Interlocked.Increment(ref _begun);
        var queued = Interlocked.Decrement(ref _queued);
        if (queued < 0)
        {
            // One of those that were taken off has begun after all.
            Interlocked.Increment(ref _queued);
        }

        if (queued <= Share / 2 && Volatile.Read(ref _waiting) is not null)
        {
            Interlocked.Exchange(ref _waiting, null)?.TrySetResult();
        }
    }

    /// <summary>Waits until half of the share has begun.</summary>
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
