using MetaStore.StateMachine.Membership;

namespace MetaStore.StateMachine.Backups;

/// <summary>What a restored state is given instead of what it was.</summary>
/// <param name="Members">The founders of the new cluster, the same on each.</param>
/// <param name="Index">Place in the new cluster's log that the state stands for.</param>
/// <param name="Term">Its term.</param>
public sealed record RestorePlan(IReadOnlyList<MemberRecord> Members, ulong Index, ulong Term)
{
    /// <summary>
    /// Revisions to skip, so that no revision a client of the old cluster has seen is given out again with another content. Default 0.
    /// </summary>
    public long BumpRevision { get; init; }

    /// <summary>Gives up all history, so that watches that go on from before the restore are told to start anew. Default false.</summary>
    public bool MarkCompacted { get; init; }
}
