namespace MetaStore.Raft;

/// <summary>Settings of one core. Times are in ticks, sizes in bytes; none may change while the core lives.</summary>
public sealed class RaftConfig
{
    /// <summary>This node's id; never 0, never another node's.</summary>
    public required ulong NodeId { get; init; }

    /// <summary>The only source of randomness: given n, returns a number in [0, n). Called once per role change.</summary>
    public required Func<int, int> Jitter { get; init; }

    /// <summary>Base election timeout; the real one is drawn from [n, 2n). Default 10.</summary>
    public int ElectionTicks { get; init; } = 10;

    /// <summary>Ticks between heartbeats. Default 1; must be below <see cref="ElectionTicks"/>.</summary>
    public int HeartbeatTicks { get; init; } = 1;

    /// <summary>Bytes of entries after which one AppendEntries ends; one entry always fits. Default 1 MiB.</summary>
    public long MaxAppendBytes { get; init; } = 1 << 20;

    /// <summary>Unanswered appends per follower before it is paused. Default 256.</summary>
    public int MaxInflightMessages { get; init; } = 256;

    /// <summary>Unanswered bytes per follower before it is paused. Default 16 MiB.</summary>
    public long MaxInflightBytes { get; init; } = 16 << 20;

    /// <summary>Bytes a leader appends beyond the commit index before it refuses proposals. Default 256 MiB.</summary>
    public long MaxUncommittedBytes { get; init; } = 256 << 20;

    /// <summary>Bytes of committed entries after which one Ready ends. Default 16 MiB.</summary>
    public long MaxCommittedBytesPerReady { get; init; } = 16 << 20;

    /// <summary>Entries handed out to apply and not reported as applied before no more are handed out. Default 65,536.</summary>
    public long MaxApplyingEntries { get; init; } = 65_536;

    /// <summary>Bytes handed out to apply and not reported as applied before no more are handed out. Default 128 MiB.</summary>
    public long MaxApplyingBytes { get; init; } = 128 << 20;

    /// <summary>Reads that may wait for confirmation at once; further ones are dropped. Default 16384.</summary>
    public int MaxReadsWaiting { get; init; } = 16384;

    /// <summary>Pre-vote: ask before starting an election (thesis §9.6). Default true.</summary>
    public bool PreVote { get; init; } = true;

    /// <summary>
    /// A leader without a quorum steps down, and votes are refused while a leader is active (thesis §6.2, §4.2.3). Default true.
    /// </summary>
    public bool CheckQuorum { get; init; } = true;

    /// <summary>
    /// Ticks from its start on in which a member refuses votes as if it had just heard of a leader: it may have acknowledged one before its restart.
    /// Default 0, for a member of a new cluster.
    /// </summary>
    public int QuietTicks { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> naming the first invalid setting.</summary>
    public void Validate()
    {
        Require(NodeId != 0, nameof(NodeId), "must not be 0");
        Require(Jitter is not null, nameof(Jitter), "must be given");
        Require(HeartbeatTicks > 0, nameof(HeartbeatTicks), "must be positive");
        Require(ElectionTicks > HeartbeatTicks, nameof(ElectionTicks), "must be more than HeartbeatTicks");
        Require(QuietTicks >= 0 && QuietTicks < ElectionTicks, nameof(QuietTicks), "must be less than ElectionTicks");
        Require(MaxAppendBytes > 0, nameof(MaxAppendBytes), "must be positive");
        Require(MaxInflightMessages > 0, nameof(MaxInflightMessages), "must be positive");
        Require(MaxInflightBytes >= MaxAppendBytes, nameof(MaxInflightBytes), "must hold at least one append");
        Require(MaxUncommittedBytes > 0, nameof(MaxUncommittedBytes), "must be positive");
        Require(MaxCommittedBytesPerReady > 0, nameof(MaxCommittedBytesPerReady), "must be positive");
        Require(MaxApplyingEntries > 0, nameof(MaxApplyingEntries), "must be positive");
        Require(MaxApplyingBytes > 0, nameof(MaxApplyingBytes), "must be positive");
        Require(MaxReadsWaiting > 0, nameof(MaxReadsWaiting), "must be positive");
    }

    private static void Require(bool condition, string setting, string why)
    {
        if (!condition)
        {
            throw new ArgumentException($"{setting} {why}.", setting);
        }
    }
}
