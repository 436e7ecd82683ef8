using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>Result of one attempt to connect to a peer.</summary>
/// <param name="Link">The connection, handshake done; null when there is none.</param>
/// <param name="Refusal">The peer's reason for a refusal, or <see cref="HelloOutcome.HelloUnspecified"/>.</param>
/// <param name="Error">Why there is no connection, as a sentence for the log.</param>
internal readonly record struct DialResult(PeerLink? Link, HelloOutcome Refusal, string? Error)
{
    /// <summary>Which engine files the peer accepts as a snapshot; empty for none, and when it announces nothing.</summary>
    public string SnapshotFiles { get; init; } = "";

    /// <summary>On the acknowledged lane: index up to which the peer counts this node's log as durable.</summary>
    public AcknowledgedIndex Acknowledged { get; init; }

    /// <summary>The peer supports the probe lane.</summary>
    public bool AnswersProbes { get; init; }

    /// <summary>The peer supports the confirm lane, and numbers its own hellos.</summary>
    public bool ConfirmsDials { get; init; }

    /// <summary>The peer reads commands and states with users and roles.</summary>
    public bool KnowsUsers { get; init; }

    /// <summary>The peer reads the epoch of a command that expires a lease.</summary>
    public bool KnowsLeaseEpochs { get; init; }
}
