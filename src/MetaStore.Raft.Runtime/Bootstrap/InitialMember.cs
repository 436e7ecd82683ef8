namespace MetaStore.Raft.Runtime.Bootstrap;

/// <summary>One of the members a new cluster starts with.</summary>
/// <param name="NodeId">Its id; never 0.</param>
/// <param name="Attributes">The state machine's record of it; must be the same bytes on every member.</param>
public sealed record InitialMember(ulong NodeId, ReadOnlyMemory<byte> Attributes);
