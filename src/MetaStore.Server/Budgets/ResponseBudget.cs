namespace MetaStore.Server.Budgets;

/// <summary>Memory budget of the member, in bytes, for responses from the time they are built until their clients have received them.</summary>
/// <remarks>
/// Small responses may use all of it, large ones leave an eighth to the small. A large one that exceeds the budget releases what it holds and
/// waits in order. Responses to applied writes cannot wait: they take what is available. Thread-safe.
/// </remarks>
internal sealed class ResponseBudget
{
    /// <summary>Maximum number of waiting calls; more are rejected.</summary>
    public const int WaitersMax = 1024;

    /// <summary>Memory per byte of a response: the message's objects and the bytes that wait for the socket.</summary>
    public const int CostPerByte = 2;

    /// <summary>Largest message that gRPC, and etcd, can send.</summary>
    private const long MessageBytesMax = int.MaxValue;

    /// <summary>How long after a rejection the budget counts as contended.</summary>
    private const long ContendedMilliseconds = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<BudgetWaiter> _waiters = new();
    private long _held;
    private long _refusedAt = -ContendedMilliseconds;
    private long _refused;

    /// <param name="bytes">The whole budget.</param>
    public ResponseBudget(long bytes)
    {
        Bytes = bytes;
        LargeBytes = bytes - (bytes / 8);
    }

    /// <summary>The whole budget.</summary>
    public long Bytes { get; }

    /// <summary>The part that large responses may use together.</summary>
    public long LargeBytes { get; }

    /// <summary>Bytes held now.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Calls rejected since the start.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Calls waiting now.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiters.Count(waiter => !waiter.IsOver);
            }
        }
    }

    /// <summary>True when a call waits or was rejected recently: slow readers that hold memory then delay others.</summary>
    public bool IsContended => Waiting > 0 || Environment.TickCount64 - Volatile.Read(ref _refusedAt) < ContendedMilliseconds;

    /// <summary>Largest response that the budget can ever admit.</summary>
    /// <param name="costPerByte">Memory per byte of the response.</param>
    public long AnswerBytesMax(int costPerByte) => Math.Min(LargeBytes / costPerByte, MessageBytesMax);

    /// <summary>A share for the response to an applied command: it cannot wait. The receiver disposes it once it holds bytes.</summary>
    public ResponseShare OpenForApplied() => new(this, mayWait: false);

    /// <summary>Takes bytes immediately, or none.</summary>
    /// <param name="bytes">Bytes to take.</param>
    /// <param name="large">True leaves the part of small responses, and does not overtake waiting calls.</param>
    public bool TryTake(long bytes, bool large)
    {
        lock (_gate)
        {
            if (large ? _held + bytes > LargeBytes || _waiters.Count > 0 : _held + bytes > Bytes)
            {
                return false;
            }

            _held += bytes;
            return true;
        }
    }

    /// <summary>Waits for bytes in order.</summary>
    /// <param name="bytes">Bytes to take; at most <see cref="LargeBytes"/>.</param>
    /// <param name="patience">Longest wait.</param>
    /// <param name="stop">Cancelled when the caller is gone.</param>
    /// <returns>False when there were none in time, or too many calls wait already.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public async ValueTask<bool> WaitAsync(long bytes, TimeSpan patience, CancellationToken stop)
    {
        BudgetWaiter? waiter = null;
        lock (_gate)
        {
            if (_waiters.Count == WaitersMax)
            {
                RemoveEnded_NeedsGate();
            }

            if (_waiters.Count < WaitersMax)
            {
                waiter = new BudgetWaiter(bytes);
                _waiters.Enqueue(waiter);
                Admit_NeedsGate();
            }
        }

        if (waiter is null)
        {
            Refuse();
            return false;
        }

        try
        {
            return await waiter.Granted.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, stop);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (!waiter.TryEnd(granted: false))
            {
                // The bytes were granted at the same moment.
                Return(bytes);
            }
            else
            {
                Return(0);
            }

            if (e is OperationCanceledException)
            {
                throw;
            }

            Refuse();
            return false;
        }
    }

    /// <summary>Returns bytes and grants them to waiting calls.</summary>
    public void Return(long bytes)
    {
        lock (_gate)
        {
            _held -= bytes;
            Admit_NeedsGate();
        }
    }

    /// <summary>Counts a rejection.</summary>
    public void Refuse()
    {
        Interlocked.Increment(ref _refused);
        Volatile.Write(ref _refusedAt, Environment.TickCount64);
    }

    /// <summary>Removes calls that have given up but are not first in the queue: they must not count as waiting.</summary>
    private void RemoveEnded_NeedsGate()
    {
        for (int left = _waiters.Count; left > 0; left--)
        {
            BudgetWaiter waiter = _waiters.Dequeue();
            if (!waiter.IsOver)
            {
                _waiters.Enqueue(waiter);
            }
        }
    }

    private void Admit_NeedsGate()
    {
        while (_waiters.TryPeek(out BudgetWaiter? first) && (first.IsOver || _held + first.Bytes <= LargeBytes))
        {
            _waiters.Dequeue();
            if (first.TryEnd(granted: true))
            {
                _held += first.Bytes;
            }
        }
    }
}
