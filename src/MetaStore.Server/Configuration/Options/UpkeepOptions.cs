using MetaStore.IO.Text;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Configuration.Options;

/// <summary>Periodic maintenance: compaction, consistency checks and lease checkpoints.</summary>
public sealed class UpkeepOptions
{
    /// <summary>"periodic" or "revision": what <see cref="CompactionRetention"/> counts. Default "periodic".</summary>
    public string CompactionMode { get; set; } = "periodic";

    /// <summary>
    /// History that stays readable. Mode periodic: a duration; a bare number counts hours. Mode revision: revisions. Default "0": no automatic
    /// compaction.
    /// </summary>
    public string CompactionRetention { get; set; } = "0";

    /// <summary>Interval of the comparison of the members' states. 0 = never, else 1 s to 240 h; default 10 min.</summary>
    public TimeSpan CorruptCheckTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Compare the members' states even when <see cref="CorruptCheckTime"/> is 0. Default false. etcd compares hashes made at compactions then.</summary>
    public bool CompactHashCheck { get; set; }

    /// <summary>Interval of the comparison in that case. 1 s to 240 h; default 1 min.</summary>
    public TimeSpan CompactHashCheckTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Interval of the comparison; zero = never.</summary>
    public TimeSpan EffectiveCheckTime => CorruptCheckTime > TimeSpan.Zero ? CorruptCheckTime
        : CompactHashCheck ? CompactHashCheckTime
        : TimeSpan.Zero;

    /// <summary>Revisions that one compaction step removes. 1 to 10,000,000, default 1000.</summary>
    public int CompactionBatchLimit { get; set; } = 1000;

    /// <summary>Pause between two compaction steps while nothing is applied. 0 s to 1 min, default 10 ms.</summary>
    public TimeSpan CompactionSleepInterval { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Record the remaining time of long leases. Default true; false is the same as a <see cref="LeaseCheckpointInterval"/> of 0.</summary>
    public bool LeaseCheckpoint { get; set; } = true;

    /// <summary>Interval of lease checkpoints; zero = none.</summary>
    public TimeSpan EffectiveCheckpointInterval => LeaseCheckpoint ? LeaseCheckpointInterval : TimeSpan.Zero;

    /// <summary>Compare this member's state with the other members' before it serves clients. Default false, as in etcd: hashing reads the whole state.</summary>
    public bool InitialCorruptCheck { get; set; }

    /// <summary>
    /// Interval at which the remaining time of a lease is recorded, for leases longer than it, so that an election does not give them their full
    /// time again. 0 = none, else 1 s to 240 h; default 5 min, etcd's.
    /// </summary>
    public TimeSpan LeaseCheckpointInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Parses <see cref="CompactionRetention"/> according to its mode.</summary>
    /// <param name="period">Retention in mode periodic; zero when there is no automatic compaction.</param>
    /// <param name="revisions">Retention in mode revision; zero when there is no automatic compaction.</param>
    /// <returns>False when it is malformed.</returns>
    internal bool TryReadRetention(out TimeSpan period, out long revisions)
    {
        (period, revisions) = (TimeSpan.Zero, 0);
        return CompactionMode == "revision"
            ? DecimalDigits.TryParse(CompactionRetention, out revisions)
            : Durations.TryParse(CompactionRetention, TimeSpan.FromHours(1), out period) && period >= TimeSpan.Zero && period <= TimeSpan.FromDays(3650);
    }
}
