namespace MetaStore.Raft.Reads;

/// <summary>A read that waits for confirmation on the leader.</summary>
/// <param name="From">Node that requested it; this one for its own reads.</param>
/// <param name="RequestId">The id that node gave the read.</param>
internal readonly record struct PendingRead(ulong From, ulong RequestId);
