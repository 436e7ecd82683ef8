using MetaStore.Raft.Messages;

namespace MetaStore.Raft;

/// <summary>A confirmed read: the state machine may serve it once it has applied <see cref="Index"/>.</summary>
/// <param name="RequestId">The id given to ReadIndex on this node.</param>
/// <param name="Index">Commit index at confirmation.</param>
public readonly record struct ReadState(ulong RequestId, ulong Index);

/// <summary>The leader and the role of this node. Need not survive a restart.</summary>
public readonly record struct SoftState(ulong Leader, Role Role);

/// <summary>Role of a node (thesis §3.3).</summary>
public enum Role : byte
{
    /// <summary>Follows a leader or waits for one.</summary>
    Follower = 0,

    /// <summary>Runs a pre-vote.</summary>
    PreCandidate = 1,

    /// <summary>Candidate in an election.</summary>
    Candidate = 2,

    /// <summary>Leads.</summary>
    Leader = 3,
}

/// <summary>Everything the core requires since the last one, and in which order.</summary>
/// <remarks>
/// The caller must, in this order:
/// <list type="number">
/// <item>send <see cref="Messages"/> at any time, also before anything is on disk;</item>
/// <item>persist <see cref="Snapshot"/>, <see cref="HardState"/> and <see cref="Entries"/>, and only when they and everything handed out
/// before them are durable, send <see cref="MessagesAfterPersist"/> and call <c>RaftCore.Persisted</c>;</item>
/// <item>apply <see cref="CommittedEntries"/> in order and report with <c>RaftCore.AppliedTo</c>;</item>
/// <item>answer <see cref="ReadStates"/> once applied that far.</item>
/// </list>
/// Several Readys may be being persisted at once; completions are reported in order.
/// A message to this node itself (its own vote, in <see cref="MessagesAfterPersist"/>) is not sent but passed to <c>RaftCore.Step</c>,
/// under the same rule. A one-node cluster cannot elect a leader without it.
/// </remarks>
public sealed class Ready
{
    /// <summary>Set when leader or role changed.</summary>
    public SoftState? SoftState { get; init; }

    /// <summary>Set when term, vote or commit changed.</summary>
    public HardState? HardState { get; init; }

    /// <summary>True when <see cref="HardState"/> or <see cref="Entries"/> must reach the disk (a commit index alone need not).</summary>
    public bool MustSync { get; init; }

    /// <summary>Entries to append, contiguous; they replace all entries of the log from the first one's index on.</summary>
    public IReadOnlyList<Entry> Entries { get; init; } = [];

    /// <summary>A snapshot to install before <see cref="Entries"/>; its state was received separately.</summary>
    public SnapshotMetadata? Snapshot { get; init; }

    /// <summary>Messages that do not depend on this node's disk.</summary>
    public IReadOnlyList<Message> Messages { get; init; } = [];

    /// <summary>
    /// Commit notices for members where no proposer waits for them. As <see cref="Messages"/>, but best sent last, because a caller waits for the other work. They do
    /// no harm when a later Ready's messages are sent before them.
    /// </summary>
    public IReadOnlyList<Message> Notices { get; init; } = [];

    /// <summary>Messages that must not leave before everything handed out so far is durable.</summary>
    public IReadOnlyList<Message> MessagesAfterPersist { get; init; } = [];

    /// <summary>Entries to apply, contiguous, all of them durable here and committed.</summary>
    public IReadOnlyList<Entry> CommittedEntries { get; init; } = [];

    /// <summary>Reads that were confirmed.</summary>
    public IReadOnlyList<ReadState> ReadStates { get; init; } = [];

    /// <summary>Request ids of reads that can never be confirmed (leadership lost, no leader): ask again or fail.</summary>
    public IReadOnlyList<ulong> ReadsDropped { get; init; } = [];

    /// <summary>Events for logs and metrics; they require no action.</summary>
    public IReadOnlyList<RaftEvent> Events { get; init; } = [];
}
