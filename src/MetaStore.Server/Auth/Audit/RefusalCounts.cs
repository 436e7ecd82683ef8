namespace MetaStore.Server.Auth.Audit;

/// <summary>Lets the first refusal of a kind through, and counts the same for a minute. Thread-safe.</summary>
/// <remarks>Bounded, since anyone can cause refusals: of more kinds than are kept nothing is counted apart, and each is let through.</remarks>
internal sealed class RefusalCounts(TimeProvider time)
{
    /// <summary>Time from the first of a kind to the line with the number of the others.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private const int KindsMax = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<Kind, Counted> _kinds = [];

    /// <summary>Whether a refusal is to be written now. One that is not will be part of <see cref="TakeDue"/>.</summary>
    /// <param name="entry">The refusal.</param>
    public bool TryPass(in AuditEntry entry)
    {
        var kind = new Kind(entry.User, HostOf(entry.Remote), entry.Call, entry.Message);
        lock (_gate)
        {
            if (_kinds.TryGetValue(kind, out Counted? counted))
            {
                counted.Last = entry;
                counted.Others++;
                return false;
            }

            if (_kinds.Count < KindsMax)
            {
                _kinds.Add(kind, new Counted(time.GetTimestamp()));
            }

            return true;
        }
    }

    /// <summary>Ends the kinds whose minute is over.</summary>
    /// <param name="all">Ends all of them: for the end of the process.</param>
    /// <returns>For each that was seen again its last entry, with the number.</returns>
    public IReadOnlyList<AuditEntry> TakeDue(bool all)
    {
        var due = new List<AuditEntry>();
        lock (_gate)
        {
            foreach ((Kind kind, Counted counted) in _kinds)
            {
                if (!all && time.GetElapsedTime(counted.Since) < Window)
                {
                    continue;
                }

                _kinds.Remove(kind);
                if (counted.Others > 0)
                {
                    due.Add(counted.Last with { Count = counted.Others });
                }
            }
        }

        return due;
    }

    private static string HostOf(string remote) => remote.LastIndexOf(':') is > 0 and var colon ? remote[..colon] : remote;

    private readonly record struct Kind(string User, string Host, string Call, string Message);

    private sealed class Counted(long since)
    {
        public long Since => since;

        public long Others { get; set; }

        public AuditEntry Last { get; set; }
    }
}
