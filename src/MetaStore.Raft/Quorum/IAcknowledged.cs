namespace MetaStore.Raft.Quorum;

/// <summary>What each voter has acknowledged: a log index or a read round. A struct, so that the look-up is not boxed.</summary>
public interface IAcknowledged
{
    /// <summary>The highest number acknowledged by <paramref name="voter"/>; 0 when nothing is known of it.</summary>
    ulong Of(ulong voter);
}
