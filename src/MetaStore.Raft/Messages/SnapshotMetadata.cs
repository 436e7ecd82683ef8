namespace MetaStore.Raft.Messages;

/// <summary>The position in the log that a state machine snapshot covers.</summary>
/// <param name="Index">Last index contained.</param>
/// <param name="Term">Term of that entry.</param>
/// <param name="ConfState">Membership as of that entry.</param>
public sealed record SnapshotMetadata(ulong Index, ulong Term, ConfState ConfState)
{
    /// <summary>The state before the first entry.</summary>
    public static SnapshotMetadata Empty { get; } = new(0, 0, ConfState.Empty);
}
