namespace MetaStore.Raft.Runtime.Transport.Inquiry;

/// <summary>What a member tells a node that joins.</summary>
/// <param name="ClusterId">The cluster; never 0.</param>
/// <param name="Members">Its members, as that one knows them.</param>
public sealed record ClusterAnswer(ulong ClusterId, IReadOnlyList<ClusterMember> Members);
