namespace MetaStore.StateMachine.Backups;

/// <summary>What a backup holds.</summary>
/// <param name="Hash">First four bytes of its SHA-256, big-endian.</param>
/// <param name="Revision">Store revision.</param>
/// <param name="Compacted">Lowest readable revision; -1 when it was never compacted.</param>
/// <param name="Entries">Records of all kinds: versions of keys, leases, members and settings.</param>
/// <param name="Bytes">Length of the file.</param>
public sealed record BackupSummary(uint Hash, long Revision, long Compacted, long Entries, long Bytes);
