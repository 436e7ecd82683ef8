namespace MetaStore.Raft.Messages;

/// <summary>The RPCs of the paper and their responses, and local requests that go through <c>RaftCore.Step</c> as well.</summary>
public enum MessageType : byte
{
    /// <summary>Not a message.</summary>
    None = 0,

    /// <summary>AppendEntries (Raft thesis Fig. 3.1).</summary>
    AppendEntries = 1,

    /// <summary>Answer to <see cref="AppendEntries"/>.</summary>
    AppendEntriesResponse = 2,

    /// <summary>RequestVote (thesis §3.4).</summary>
    RequestVote = 3,

    /// <summary>Answer to <see cref="RequestVote"/>.</summary>
    RequestVoteResponse = 4,

    /// <summary>Asks whether the receiver would grant a vote (thesis §9.6). Changes no state.</summary>
    PreVote = 5,

    /// <summary>Answer to <see cref="PreVote"/>.</summary>
    PreVoteResponse = 6,

    /// <summary>The leader's heartbeat; carries commit index and the newest read round in <see cref="Message.Context"/>.</summary>
    Heartbeat = 7,

    /// <summary>Answer to <see cref="Heartbeat"/>; echoes the read round.</summary>
    HeartbeatResponse = 8,

    /// <summary>InstallSnapshot (thesis §5): announces the snapshot; the state itself is sent separately.</summary>
    InstallSnapshot = 9,

    /// <summary>Leader to transferee: campaign now, ignoring the election timer (thesis §3.10).</summary>
    TimeoutNow = 10,

    /// <summary>Proposals that a follower forwards to the leader, in <see cref="Message.Entries"/> (data only).</summary>
    Propose = 11,

    /// <summary>A follower's linearizable read; <see cref="Message.Context"/> is the follower's own request id (thesis §6.4).</summary>
    ReadIndex = 12,

    /// <summary>Answer to <see cref="ReadIndex"/>: the index in <see cref="Message.Index"/>.</summary>
    ReadIndexResponse = 13,

    /// <summary>A follower passes on a request to transfer leadership to <see cref="Message.From"/>.</summary>
    TransferLeader = 14,
}

/// <summary>One message between nodes. <see cref="Type"/> decides which fields are used; the others are 0 or empty.</summary>
/// <remarks>Immutable once passed on. Entries share their data with the log.</remarks>
public sealed class Message
{
    /// <summary>Kind of message.</summary>
    public required MessageType Type { get; init; }

    /// <summary>Receiver.</summary>
    public required ulong To { get; init; }

    /// <summary>Sender.</summary>
    public ulong From { get; init; }

    /// <summary>Sender's term (the campaign's term in a PreVote).</summary>
    public ulong Term { get; init; }

    /// <summary>Term of the entry at <see cref="Index"/> (previous entry in AppendEntries, last entry in votes).</summary>
    public ulong LogTerm { get; init; }

    /// <summary>Previous index (AppendEntries), last index (votes, acknowledgements), read index (ReadIndexResponse).</summary>
    public ulong Index { get; init; }

    /// <summary>
    /// Leader's commit index as far as the receiver may use it; in a refused vote the voter's, of term <see cref="LogTerm"/>.
    /// </summary>
    public ulong Commit { get; init; }

    /// <summary>Log entries, contiguous; empty for everything but AppendEntries and Propose.</summary>
    public IReadOnlyList<Entry> Entries { get; init; } = [];

    /// <summary>True when a vote is refused or an append does not match.</summary>
    public bool Reject { get; init; }

    /// <summary>With <see cref="Reject"/>: the receiver's best guess of the last index where the logs may agree.</summary>
    public ulong RejectHint { get; init; }

    /// <summary>A never-reused id of a read round (0 = none); with <see cref="MessageType.RequestVote"/> 1 = forced by a transfer.</summary>
    public ulong Context { get; init; }

    /// <summary>With <see cref="MessageType.AppendEntries"/> without entries: the receiver answers only when it refuses it.</summary>
    public bool OneWay { get; init; }

    /// <summary>Only with <see cref="MessageType.InstallSnapshot"/>.</summary>
    public SnapshotMetadata? Snapshot { get; init; }
}
