namespace MetaStore.Raft.Runtime.Transport.Discovery;

/// <summary>A member as described to other nodes.</summary>
/// <param name="Id">Never 0.</param>
/// <param name="Name">Empty until it has started.</param>
/// <param name="PeerUrls">Its peer URLs.</param>
/// <param name="IsLearner">Without a vote.</param>
public sealed record ClusterMember(ulong Id, string Name, IReadOnlyList<string> PeerUrls, bool IsLearner);
