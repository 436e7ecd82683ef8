namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>The host's handling of snapshot bodies that are engine files. Any thread.</summary>
public interface ISnapshotFiles
{
    /// <summary>Which engine files this member accepts, announced to the other members; at most 64 characters. Empty for none.</summary>
    string Taken { get; }

    /// <summary>Whether a member that accepts <paramref name="acceptedFormats"/> can read the body. Reads its first bytes.</summary>
    /// <param name="snapshot">A container of this kind.</param>
    /// <param name="acceptedFormats">What that member announced; empty when it announced nothing.</param>
    bool IsReadBy(SnapshotFile snapshot, string acceptedFormats);

    /// <summary>Validates a received body to its end.</summary>
    /// <returns>Why this member cannot use it; null when it can.</returns>
    string? Refusal(SnapshotFile snapshot);
}
