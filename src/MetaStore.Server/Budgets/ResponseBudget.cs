namespace MetaStore.Server.Budgets;

/// <summary>Bytes of memory that answers may take while they are made and until their clients have taken them, for the whole member.</summary>
/// <remarks>
/// Small takers may use all of it, large ones leave an eighth to the small; a large one that finds no room gives back what it has and waits
/// in order. Writes that were applied cannot wait: they take what is there. Thread-safe.
/// </remarks>
internal sealed class ResponseBudget
{
    /// <summary>Calls that may wait for room; more are refused.</summary>
    public const int WaitersMax = 1024;

    /// <summary>Memory that an answer takes, for each of its bytes: the message's objects and the bytes that wait for the socket.</summary>
    public const int CostPerByte = 2;

    /// <summary>gRPC's own limit of a message that is sent, and etcd's.</summary>
    private const long MessageBytesMax = int.MaxValue;

    /// <summary>How long after a refusal slow readers still count as in the way.</summary>
    private const long ContendedMilliseconds = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<BudgetWaiter> _waiters = new();
    private long _held;
    private long _refusedAt = -ContendedMilliseconds;
    private long _refused;

    /// <param name="bytes">All of it.</param>
    public ResponseBudget(long bytes)
    {
        Bytes = bytes;
        LargeBytes = bytes - (bytes / 8);
    }

    /// <summary>All of it.</summary>
    public long Bytes { get; }

    /// <summary>What large takers may have together.</summary>
    public long LargeBytes { get; }

    /// <summary>Bytes held now.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Calls refused since the start.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Calls that wait now.</summary>
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

    /// <summary>A call waits for room, or was refused a moment ago: a call that holds room for long is in the way.</summary>
    public bool IsContended => Waiting > 0 || Environment.TickCount64 - Volatile.Read(ref _refusedAt) < ContendedMilliseconds;

    /// <summary>Largest answer that can ever have room.</summary>
    /// <param name="costPerByte">Memory for each of its bytes.</param>
    public long AnswerBytesMax(int costPerByte) => Math.Min(LargeBytes / costPerByte, MessageBytesMax);

    /// <summary>A share for the answer of a command that is applied: it cannot wait. Whoever is given it disposes it once it has taken anything.</summary>
    public ResponseShare OpenForApplied() => new(this, mayWait: false);

    /// <summary>Takes room at once, or not at all.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="large">Leaves the small takers' part, and does not pass those that wait.</param>
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

    /// <summary>Waits for room in order.</summary>
    /// <param name="bytes">How much; at most <see cref="LargeBytes"/>.</param>
    /// <param name="patience">How long.</param>
    /// <param name="stop">The caller is gone.</param>
    /// <returns>False when there was none in time, or too many wait already.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> fired.</exception>
    public async ValueTask<bool> WaitAsync(long bytes, TimeSpan patience, CancellationToken stop)
    {
        BudgetWaiter? waiter = null;
        lock (_gate)
        {
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
                // The room came in the same moment.
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

    /// <summary>Gives room back and lets in who waits for it.</summary>
    public void Return(long bytes)
    {
        lock (_gate)
        {
            _held -= bytes;
            Admit_NeedsGate();
        }
    }

    /// <summary>Counts a refusal.</summary>
    public void Refuse()
    {
        Interlocked.Increment(ref _refused);
        Volatile.Write(ref _refusedAt, Environment.TickCount64);
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
