using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>Tells of refused connections: each reason of each host once a minute, however often it dials. Thread-safe.</summary>
/// <remarks>A stranger dials again several times a second, for ever; one clear line must not become a full disk.</remarks>
internal sealed class RefusalLog(ILogger logger, TimeProvider time)
{
    /// <summary>Different reasons remembered; what comes beyond within a minute is not told.</summary>
    private const int ReasonsMax = 64;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Host, string Reason), Told> _told = [];
    private readonly long[] _counts = new long[Enum.GetValues<RefusalKind>().Length];

    /// <summary>How often a kind was refused, logged or not.</summary>
    public long CountOf(RefusalKind kind) => Volatile.Read(ref _counts[(int)kind]);

    /// <summary>Counts a refusal, and logs its reason unless it was logged a short while ago.</summary>
    /// <param name="remote">host:port of the other side.</param>
    /// <param name="refusal">Why it was refused.</param>
    public void Refused(string remote, Refusal refusal)
    {
        Interlocked.Increment(ref _counts[(int)refusal.Kind]);
        string reason = refusal.Reason;

        // The port differs from one attempt to the next.
        var key = (remote[..Math.Max(0, remote.LastIndexOf(':'))], reason);
        long now = time.GetTimestamp();
        long more;
        lock (_gate)
        {
            if (_told.TryGetValue(key, out Told? told) && time.GetElapsedTime(told.At, now) < Pause)
            {
                told.More++;
                return;
            }

            if (told is null && _told.Count >= ReasonsMax && !Forget(now))
            {
                return;
            }

            more = told?.More ?? 0;
            _told[key] = new Told(now);
        }

        logger.PeerRefused(remote, more == 0 ? reason : $"{reason} ({more} times more since this was last told)");
    }

    private bool Forget(long now)
    {
        foreach (var key in _told.Where(pair => time.GetElapsedTime(pair.Value.At, now) >= Pause).Select(pair => pair.Key).ToArray())
        {
            _told.Remove(key);
        }

        return _told.Count < ReasonsMax;
    }

    private sealed class Told(long at)
    {
        public long At { get; } = at;

        public long More { get; set; }
    }
}
