namespace MetaStore.StateMachine.Backups;

/// <summary>The bytes of a backup, as Maintenance.Snapshot sends and clients store them: an engine checkpoint in an envelope that etcd's clients accept.</summary>
/// <remarks>
/// <code>
/// checkpoint   as docs/formats.md describes it
/// zeros        up to a multiple of 512
/// SHA-256      32 bytes, over everything before
/// </code>
/// Clients accept a file as complete when its length modulo 512 is 32. Source: etcd v3 Maintenance.Snapshot.
/// </remarks>
public static class BackupFormat
{
    /// <summary>Everything before the hash is a multiple of this.</summary>
    public const int BlockBytes = 512;

    /// <summary>Length of the hash at the end.</summary>
    public const int HashBytes = 32;

    /// <summary>Number of zeros after a checkpoint of this length.</summary>
    public static int PaddingOf(long checkpointBytes) => (int)((BlockBytes - (checkpointBytes % BlockBytes)) % BlockBytes);
}
