namespace MetaStore.Server.Auth.Passwords;

/// <summary>Slows down passwords that are tried one after another: for each user and address, ten failures a minute are free.</summary>
/// <remarks>
/// Then each try waits, 1 s first, twice as long with every failure, 30 s at most. A user is never locked for other addresses: anyone could shut root
/// out. Thread-safe.
/// </remarks>
internal sealed class LoginThrottle(TimeProvider time)
{
    /// <summary>Failures within <see cref="Window"/> without a wait.</summary>
    public const int FreeFailures = 10;

    /// <summary>Tries that may wait at once; one more is refused.</summary>
    public const int WaitingMax = PasswordThreads.QueueMax / 4;

    /// <summary>After this time without a failure all are forgotten.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private const int PairsMax = 10_000;

    /// <summary>Characters of a name that are kept: a name comes from anyone and may be as large as a request.</summary>
    private const int NameMax = 256;

    private const int LongestSeconds = 30;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string User, string Address), Pair> _pairs = [];
    private int _waiting;

    /// <summary>How long a try has to wait.</summary>
    public TimeSpan DelayOf(string user, string address)
    {
        lock (_gate)
        {
            if (!_pairs.TryGetValue(KeyOf(user, address), out Pair pair) || time.GetElapsedTime(pair.LastAt) > Window + Wait(pair))
            {
                return TimeSpan.Zero;
            }

            return Wait(pair);
        }
    }

    /// <summary>Waits as long as a try has to.</summary>
    /// <returns>False when too many wait.</returns>
    public async ValueTask<bool> EnterAsync(string user, string address, CancellationToken stop)
    {
        TimeSpan delay = DelayOf(user, address);
        if (delay == TimeSpan.Zero)
        {
            return true;
        }

        if (Interlocked.Increment(ref _waiting) > WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        try
        {
            await Task.Delay(delay, time, stop);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>A password was wrong.</summary>
    public void OnFailure(string user, string address)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            (string, string) key = KeyOf(user, address);
            int failures = _pairs.TryGetValue(key, out Pair pair) && time.GetElapsedTime(pair.LastAt) <= Window + Wait(pair) ? pair.Failures + 1 : 1;
            _pairs[key] = new Pair(failures, now);
            if (_pairs.Count > PairsMax)
            {
                foreach ((string, string) oldest in _pairs.OrderBy(known => known.Value.LastAt).Take(PairsMax / 2).Select(known => known.Key).ToArray())
                {
                    _pairs.Remove(oldest);
                }
            }
        }
    }

    /// <summary>A password was right.</summary>
    public void OnSuccess(string user, string address)
    {
        lock (_gate)
        {
            _pairs.Remove(KeyOf(user, address));
        }
    }

    private static (string User, string Address) KeyOf(string user, string address) => (user.Length > NameMax ? user[..NameMax] : user, address);

    private static TimeSpan Wait(Pair pair) => pair.Failures < FreeFailures
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(LongestSeconds, 1 << Math.Min(pair.Failures - FreeFailures, 5)));

    private readonly record struct Pair(int Failures, long LastAt);
}
