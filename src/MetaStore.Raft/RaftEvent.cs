namespace MetaStore.Raft;

/// <summary>Events of interest to an operator.</summary>
public enum RaftEventKind : byte
{
    /// <summary>Became follower; Node is the leader or 0.</summary>
    BecameFollower = 1,

    /// <summary>Started a pre-vote.</summary>
    BecamePreCandidate = 2,

    /// <summary>Started an election.</summary>
    BecameCandidate = 3,

    /// <summary>Won an election.</summary>
    BecameLeader = 4,

    /// <summary>Stepped down because a quorum did not respond.</summary>
    QuorumLost = 5,

    /// <summary>A follower's log did not match; Node is the follower, Value its hint.</summary>
    AppendRejected = 6,

    /// <summary>A follower needs a snapshot; Node is the follower, Value the snapshot's index.</summary>
    SnapshotNeeded = 7,

    /// <summary>An invalid message was dropped; Node is the sender, Value its <see cref="Messages.MessageType"/>.</summary>
    MessageDropped = 8,

    /// <summary>The configuration changed; Value is the index.</summary>
    ConfigurationChanged = 9,

    /// <summary>A leadership transfer began (Node is the transferee) or was aborted (Value = 1).</summary>
    LeaderTransfer = 10,

    /// <summary>The leader changed to Node (0 = lost).</summary>
    LeaderChanged = 11,

    /// <summary>A vote was granted to Node in Term.</summary>
    VoteGranted = 12,

    /// <summary>A snapshot was accepted; Value is its index.</summary>
    SnapshotAccepted = 13,

    /// <summary>A message was dropped because its term is too far above this node's; Node is the sender, Value its term.</summary>
    TermRefused = 14,

    /// <summary>The leader, Node, claims that entries up to Value are durable here, but the log is shorter.</summary>
    EntriesMissing = 15,

    /// <summary>On a leader: Node refuses entries after Value, which it acknowledged before.</summary>
    AcknowledgementLost = 16,
}

/// <summary>One event inside the core. The core has no logger; the runtime turns events into log lines and metrics.</summary>
public readonly record struct RaftEvent(RaftEventKind Kind, ulong Term, ulong Node, ulong Value);
