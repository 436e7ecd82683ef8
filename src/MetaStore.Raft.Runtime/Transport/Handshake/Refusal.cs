namespace MetaStore.Raft.Runtime.Transport.Handshake;

/// <summary>Why a connection is refused.</summary>
/// <param name="Kind">For the metric.</param>
/// <param name="Reason">A sentence for the log.</param>
internal sealed record Refusal(RefusalKind Kind, string Reason);
