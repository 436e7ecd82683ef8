namespace MetaStore.Raft.Diagnostics;

/// <summary>An invariant of the core is broken: a bug in the core or broken storage. The process must end.</summary>
/// <remarks>Never caused by a message from another node; such messages are dropped and reported as events.</remarks>
public sealed class RaftInvariantException(string message) : Exception(message);
