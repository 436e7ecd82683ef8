namespace MetaStore.Server.Auth.Passwords;

/// <summary>Slows down passwords that are tried one after another, or at once: for each user and address, ten failures a minute are free.</summary>
/// <remarks>
/// Until then no more tries run at once than may fail; others wait for one of them to end, since a right password is remembered and needs no
/// check any more. Then each try waits, 1 s first, twice as long with every failure, 30 s at most, and after the tries that wait already: trying at once gains
/// nothing. A user is never locked for other addresses: anyone could shut root out. Thread-safe.
/// </remarks>
internal sealed class LoginThrottle(TimeProvider time)
{
    /// <summary>Failures within <see cref="Window"/> without a wait.</summary>
    public const int FreeFailures = 10;

    /// <summary>Tries of pairs that have failed as often that may wait at once; one more is refused.</summary>
    public const int WaitingMax = PasswordThreads.QueueMax / 4;

    /// <summary>After this time without a failure all are forgotten.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private const int PairsMax = 10_000;

    /// <summary>Characters of a name that are kept: a name comes from anyone and may be as large as a request.</summary>
    private const int NameMax = 256;

    private const int LongestSeconds = 30;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string User, string Address), Pair> _pairs = [];
    private int _delayed;
    private int _queued;

    /// <summary>Waits until a try may begin. Each that may has to be ended by <see cref="OnEnded"/>.</summary>
    /// <returns>False when it may not: too many wait, or it would have to wait longer than 30 s.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> fired while it waited.</exception>
    public async ValueTask<bool> EnterAsync(string user, string address, CancellationToken stop)
    {
        for ((string, string) key = KeyOf(user, address); ;)
        {
            TimeSpan delay;
            Task ended;
            Pair pair;
            lock (_gate)
            {
                pair = PairOf(key);
                if (pair.Failures + pair.UnderWay < FreeFailures)
                {
                    pair.UnderWay++;
                    return true;
                }

                ended = pair.Ended.Task;
                delay = pair.Failures < FreeFailures ? TimeSpan.Zero : DelayOf(pair);
                if (delay.TotalSeconds > LongestSeconds || (delay == TimeSpan.Zero ? _queued >= PasswordThreads.QueueMax : _delayed >= WaitingMax))
                {
                    return false;
                }

                if (delay > TimeSpan.Zero)
                {
                    pair.NextAt = time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
                    pair.Delayed++;
                    _delayed++;
                }
                else
                {
                    _queued++;
                }
            }

            if (delay > TimeSpan.Zero)
            {
                await DelayedAsync(pair, delay, stop);
                return true;
            }

            try
            {
                await ended.WaitAsync(stop);
            }
            finally
            {
                lock (_gate)
                {
                    _queued--;
                }
            }
        }
    }

    /// <summary>A try that has begun is over.</summary>
    /// <param name="user">As it began.</param>
    /// <param name="address">As it began.</param>
    /// <param name="isRight">Whether the password was; null when it was not looked at.</param>
    public void OnEnded(string user, string address, bool? isRight)
    {
        TaskCompletionSource ended;
        lock (_gate)
        {
            (string, string) key = KeyOf(user, address);
            Pair pair = PairOf(key);
            pair.UnderWay--;
            if (isRight is { } right)
            {
                pair.Failures = right ? 0 : pair.Failures + 1;
                pair.LastAt = time.GetTimestamp();
            }

            (ended, pair.Ended) = (pair.Ended, NewSignal());
            if (pair is { Failures: 0, IsIdle: true })
            {
                _pairs.Remove(key);
            }
            else if (_pairs.Count > PairsMax)
            {
                Forget();
            }
        }

        ended.SetResult();
    }

    private async Task DelayedAsync(Pair pair, TimeSpan delay, CancellationToken stop)
    {
        bool isOver = false;
        try
        {
            await Task.Delay(delay, time, stop);
            isOver = true;
        }
        finally
        {
            lock (_gate)
            {
                _delayed--;
                pair.Delayed--;
                pair.UnderWay += isOver ? 1 : 0;
            }
        }
    }

    private Pair PairOf((string User, string Address) key)
    {
        if (!_pairs.TryGetValue(key, out Pair? pair))
        {
            _pairs[key] = pair = new Pair();
        }
        else if (pair is { Failures: > 0, IsIdle: true } && time.GetElapsedTime(pair.LastAt) > Window + Wait(pair.Failures))
        {
            (pair.Failures, pair.NextAt) = (0, 0);
        }

        return pair;
    }

    /// <summary>After the last of those that wait.</summary>
    private TimeSpan DelayOf(Pair pair)
    {
        TimeSpan before = pair.Delayed == 0 ? TimeSpan.Zero : time.GetElapsedTime(time.GetTimestamp(), pair.NextAt);
        return (before > TimeSpan.Zero ? before : TimeSpan.Zero) + Wait(pair.Failures + pair.UnderWay + pair.Delayed);
    }

    private void Forget()
    {
        foreach ((string, string) oldest in _pairs.Where(known => known.Value.IsIdle).OrderBy(known => known.Value.LastAt).Take(PairsMax / 2).Select(known => known.Key).ToArray())
        {
            _pairs.Remove(oldest);
        }
    }

    private static (string User, string Address) KeyOf(string user, string address) => (user.Length > NameMax ? user[..NameMax] : user, address);

    private static TimeSpan Wait(int failures) => failures < FreeFailures
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(LongestSeconds, 1 << Math.Min(failures - FreeFailures, 5)));

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A user and an address. Guarded by the gate.</summary>
    private sealed class Pair
    {
        public int Failures { get; set; }

        public long LastAt { get; set; }

        /// <summary>When the last of those that wait may begin.</summary>
        public long NextAt { get; set; }

        /// <summary>Tries that have begun and are not over.</summary>
        public int UnderWay { get; set; }

        /// <summary>Tries that wait for their time.</summary>
        public int Delayed { get; set; }

        public bool IsIdle => UnderWay == 0 && Delayed == 0;

        /// <summary>Set when one that runs is over.</summary>
        public TaskCompletionSource Ended { get; set; } = NewSignal();
    }
}
