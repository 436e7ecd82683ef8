using MetaStore.Raft.Runtime.Node.Committed;

namespace MetaStore.Server.Configuration.Options;

/// <summary>Timing of elections and length of the log.</summary>
public sealed class ConsensusOptions
{
    /// <summary>Time between two heartbeats of the leader; one raft tick. 1 ms to 10 s, default 100 ms.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Time without a heartbeat after which a follower starts an election. At least 5 heartbeats, at most 50 s, default 1 s.</summary>
    public TimeSpan ElectionTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Ask whether an election would succeed before raising the term. Default true.</summary>
    public bool PreVote { get; set; } = true;

    /// <summary>Entries applied between two snapshots; with a state above 16 MiB, at least as many bytes as the state has. 1 to 100,000,000, default 10,000.</summary>
    public long SnapshotCount { get; set; } = 10_000;

    /// <summary>Log entries older than a snapshot that are kept for slow followers. 0 to 10,000,000, default 5,000.</summary>
    public long SnapshotCatchUpEntries { get; set; } = 5_000;

    /// <summary>
    /// Bytes of the newest log entries kept in memory; older ones are read from the log's files for members that lag. 0 to 64 GiB, default 16 MiB.
    /// </summary>
    public long LogMemoryBytes { get; set; } = 16L << 20;

    /// <summary>Log entries that every member skips because none can apply them; the same on all members. Default none.</summary>
    public SkippedEntry[] SkippedEntries { get; set; } = [];

    /// <summary>A connection is closed when a member has not acknowledged data for this long. Raised to 5 s, as in etcd; default 5 s.</summary>
    public TimeSpan PeerWriteTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time limit of a proposal or a linearizable read: 5 s plus two election timeouts (etcd's rule).</summary>
    public TimeSpan RequestTimeout => TimeSpan.FromSeconds(5) + (2 * ElectionTimeout);

    /// <summary>Election timeout in heartbeats.</summary>
    public int ElectionTicks => (int)(ElectionTimeout / HeartbeatInterval);
}
