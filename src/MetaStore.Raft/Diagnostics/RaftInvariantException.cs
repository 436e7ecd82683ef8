namespace MetaStore.Raft.Diagnostics;

/// <summary>An invariant of the core does not hold: a bug here or broken storage below. The process must end.</summary>
/// <remarks>Never caused by a message from another node; such messages are dropped and reported as events.</remarks>
public sealed class RaftInvariantException(string message) : Exception(message);
