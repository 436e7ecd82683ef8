using System.Security.Cryptography;
using MetaStore.IO;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>Options of a node. They do not change while the node runs.</summary>
public sealed class RaftNodeOptions
{
    /// <summary>This member; never 0.</summary>
    public required ulong NodeId { get; init; }

    /// <summary>The cluster it belongs to.</summary>
    public required ulong ClusterId { get; init; }

    /// <summary>Time between two heartbeats of a leader, and the length of a tick. Default 100 ms.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A follower without a message for this long, up to twice as long, campaigns. Default 1000 ms, at least 3 heartbeats.
    /// </summary>
    public TimeSpan ElectionTimeout { get; init; } = TimeSpan.FromMilliseconds(1000);

    /// <summary>Pre-vote: ask before campaigning (Raft thesis §9.6). Default on.</summary>
    public bool PreVote { get; init; } = true;

    /// <summary>Seed of the election jitter; drawn when null.</summary>
    public int? JitterSeed { get; init; }

    /// <summary>Most entry bytes in one AppendEntries. Default 1 MiB.</summary>
    public long AppendBytesMax { get; init; } = FrameFormat.AppendRunBytes;

    /// <summary>Unanswered AppendEntries per follower. Default 256.</summary>
    public int InflightMessagesMax { get; init; } = 256;

    /// <summary>Unanswered entry bytes per follower. Default 16 MiB.</summary>
    public long InflightBytesMax { get; init; } = 16 << 20;

    /// <summary>Uncommitted entry bytes on the leader. Default 256 MiB.</summary>
    public long UncommittedBytesMax { get; init; } = 256 << 20;

    /// <summary>Entries committed and not applied beyond which proposals are refused. Default 5,000.</summary>
    public int UnappliedEntriesMax { get; init; } = 5_000;

    /// <summary>Committed entries handed out and not reported as applied; more stay in the log. Default 65,536.</summary>
    public int CommittedEntriesMax { get; init; } = 65_536;

    /// <summary>Bytes of committed entries handed out and not reported as applied; more stay in the log. Default 128 MiB.</summary>
    public long CommittedBytesMax { get; init; } = 128 << 20;

    /// <summary>Batches waiting for the raft thread. Default 4,096.</summary>
    public int ProposalQueueBatchesMax { get; init; } = 4_096;

    /// <summary>Bytes of batches waiting for the raft thread. Default 64 MiB.</summary>
    public long ProposalQueueBytesMax { get; init; } = 64 << 20;

    /// <summary>
    /// Bytes of peer messages waiting for the raft thread, at most a quarter of it for one sender; more are dropped, as on a network.
    /// Default 128 MiB.
    /// </summary>
    public long MessageQueueBytesMax { get; init; } = 128 << 20;

    /// <summary>Readers waiting for a ReadIndex. Default 16,384.</summary>
    public int ReadersMax { get; init; } = 16_384;

    /// <summary>Timeout of a ReadIndex, across leader changes. Default 7 s.</summary>
    public TimeSpan ReadIndexTimeout { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>After this long without an answer a ReadIndex is repeated under a new id. Default 500 ms.</summary>
    public TimeSpan ReadIndexRetryInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Entries kept before a snapshot, so that a slightly slower follower needs no snapshot. Default 5,000.</summary>
    public int CatchUpEntries { get; init; } = 5_000;

    /// <summary>Maximum bytes of entries kept before a snapshot. Default 32 MiB.</summary>
    public long CatchUpBytes { get; init; } = 32 << 20;

    /// <summary>
    /// Bytes of the newest log entries kept in memory, 32 more than its data for each; entries that are not applied are kept beyond it. Older ones
    /// are read from the log's files when a member that lags needs them. Default 16 MiB.
    /// </summary>
    public long LogMemoryBytes { get; init; } = 16 << 20;

    /// <summary>Snapshot files kept. Default 2.</summary>
    public int SnapshotsKept { get; init; } = 2;

    /// <summary>The engine's handling of snapshots that consist of its own files. Default: none, every snapshot is portable.</summary>
    public ISnapshotFiles SnapshotFiles { get; init; } = NoSnapshotFiles.Instance;

    /// <summary>Validates proposals of other members before they are appended to the log. Default: accepts all.</summary>
    public IProposalCheck ProposalCheck { get; init; } = AnyProposal.Instance;

    /// <summary>Entries that all members skip, because they cannot be applied. Default: none.</summary>
    public IReadOnlyList<SkippedEntry> SkippedEntries { get; init; } = [];

    /// <summary>Called when an invariant breaks. Default: the process ends with code 70.</summary>
    public IFatalHandler Fatal { get; init; } = ProcessFatalHandler.Instance;

    /// <summary>
    /// The leader confirmed that entries which this member acknowledged are missing from its log: the member must not continue, and must
    /// not
    /// start again on this log. Receives the reason. Default: the process ends with code 65.
    /// </summary>
    public Action<string> OnEntriesLost { get; init; } = static reason => ProcessFatalHandler.Instance.OnFatal(ExitCodes.WalCorrupt, reason);

    /// <summary>Runs work that must not run on the raft thread. Default: the thread pool.</summary>
    public BackgroundWork Background { get; init; } = BackgroundWork.ThreadPool;

    /// <summary>First request id; must not repeat across restarts; a simulator uses a seeded one. Default: random.</summary>
    public Func<ulong> IdSource { get; init; } = RandomId;

    /// <summary>Election timeout in ticks.</summary>
    public int ElectionTicks => (int)Math.Max(1, Math.Round(ElectionTimeout / HeartbeatInterval));

    /// <summary>Throws when a value, or a combination of values, is invalid.</summary>
    /// <exception cref="ArgumentException">Names the option.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfZero(NodeId);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(HeartbeatInterval, TimeSpan.Zero);
        if (ElectionTimeout < 3 * HeartbeatInterval)
        {
            throw new ArgumentException(
                $"election timeout {ElectionTimeout.TotalMilliseconds} ms must be at least 3 times the heartbeat interval of {HeartbeatInterval.TotalMilliseconds} ms");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(UnappliedEntriesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(CommittedEntriesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(CommittedBytesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ProposalQueueBatchesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReadersMax, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(CatchUpEntries);
        ArgumentOutOfRangeException.ThrowIfNegative(LogMemoryBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(SnapshotsKept, 1);
    }

    private static ulong RandomId()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }
}
