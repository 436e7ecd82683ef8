namespace MetaStore.Raft.Runtime.Transport.Inquiry;

/// <summary>A member as others are told of it.</summary>
/// <param name="Id">Never 0.</param>
/// <param name="Name">Empty until it has started.</param>
/// <param name="PeerUrls">Where it is reached.</param>
/// <param name="IsLearner">Without a vote.</param>
public sealed record ClusterMember(ulong Id, string Name, IReadOnlyList<string> PeerUrls, bool IsLearner);
