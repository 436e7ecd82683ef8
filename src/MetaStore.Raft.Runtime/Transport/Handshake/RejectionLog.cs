using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Transport.Handshake;

/// <summary>Logs refused connections: each reason of each host once a minute, however often it dials. Thread-safe.</summary>
/// <remarks>An unknown host may dial several times a second without end; its log lines must not fill the disk.</remarks>
internal sealed class RejectionLog(ILogger logger, TimeProvider time)
{
    /// <summary>Number of different reasons kept; further ones within a minute are not logged.</summary>
    private const int ReasonsMax = 64;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Host, string Reason), Entry> _logged = [];
    private readonly long[] _counts = new long[Enum.GetValues<RefusalKind>().Length];

    /// <summary>How often a kind was refused, logged or not.</summary>
    public long CountOf(RefusalKind kind) => Volatile.Read(ref _counts[(int)kind]);

    /// <summary>Counts a refusal, and logs its reason unless it was logged within the last minute.</summary>
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
            if (_logged.TryGetValue(key, out Entry? entry) && time.GetElapsedTime(entry.At, now) < Pause)
            {
                entry.More++;
                return;
            }

            if (entry is null && _logged.Count >= ReasonsMax && !Forget(now))
            {
                return;
            }

            more = entry?.More ?? 0;
            _logged[key] = new Entry(now);
        }

        logger.PeerRefused(remote, more == 0 ? reason : $"{reason} ({more} more since this was last logged)");
    }

    private bool Forget(long now)
    {
        foreach (var key in _logged.Where(pair => time.GetElapsedTime(pair.Value.At, now) >= Pause).Select(pair => pair.Key).ToArray())
        {
            _logged.Remove(key);
        }

        return _logged.Count < ReasonsMax;
    }

    private sealed class Entry(long at)
    {
        public long At { get; } = at;

        public long More { get; set; }
    }
}
