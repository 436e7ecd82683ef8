namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Index up to which a leader counts a member's log as durable.</summary>
/// <param name="Term">The leader's term; 0 when it does not lead or does not have the member.</param>
/// <param name="Index">Last index that the member acknowledged in that term.</param>
public readonly record struct AcknowledgedIndex(ulong Term, ulong Index);
