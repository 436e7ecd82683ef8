using MetaStore.Raft.Tracking;

namespace MetaStore.Raft.Diagnostics;

/// <summary>The leader's view of one member.</summary>
/// <param name="NodeId">The member; the leader itself is included.</param>
/// <param name="Match">Highest index known to be durable there.</param>
/// <param name="Next">Index of the next entry to send.</param>
/// <param name="State">How entries are sent at the moment.</param>
/// <param name="IsLearner">True when the member does not count towards a quorum.</param>
/// <param name="RecentActive">True when a message arrived from it since the last quorum check.</param>
/// <param name="InflightMessages">Appends sent and not yet answered.</param>
/// <param name="PendingSnapshot">Index of the snapshot being sent, or 0.</param>
public sealed record FollowerStatus(
    ulong NodeId,
    ulong Match,
    ulong Next,
    ProgressState State,
    bool IsLearner,
    bool RecentActive,
    int InflightMessages,
    ulong PendingSnapshot);
