namespace MetaStore.Raft.Runtime.Transport.Discovery;

/// <summary>A member's answer to a joining node.</summary>
/// <param name="ClusterId">The cluster; never 0.</param>
/// <param name="Members">Its members, as the answering member sees them.</param>
public sealed record ClusterInfo(ulong ClusterId, IReadOnlyList<ClusterMember> Members);
