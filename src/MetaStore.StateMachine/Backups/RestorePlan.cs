using MetaStore.StateMachine.Membership;

namespace MetaStore.StateMachine.Backups;

/// <summary>What replaces the old values in a restored state.</summary>
/// <param name="Members">The initial members of the new cluster, the same on each.</param>
/// <param name="Index">Index of the new cluster's log that the state covers.</param>
/// <param name="Term">Its term.</param>
public sealed record RestorePlan(IReadOnlyList<MemberRecord> Members, ulong Index, ulong Term)
{
    /// <summary>
    /// Revisions to skip, so that no revision seen by a client of the old cluster is used again for other content. Default 0.
    /// </summary>
    public long BumpRevision { get; init; }

    /// <summary>
    /// Marks all history as compacted, so that watches started before the restore are cancelled and restart. Default false.
    /// </summary>
    public bool MarkCompacted { get; init; }

    /// <summary>
    /// Keeps alarms although they name members of the old cluster, as etcd's restore does: they are raised until they are disarmed. Default false.
    /// </summary>
    public bool KeepAlarms { get; init; }
}
