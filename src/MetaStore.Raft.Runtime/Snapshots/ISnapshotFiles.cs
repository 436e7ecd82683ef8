namespace MetaStore.Raft.Runtime.Snapshots;

/// <summary>What the host's engine knows of bodies that are the files of an engine. Any thread.</summary>
public interface ISnapshotFiles
{
    /// <summary>Which files this member takes, in the engine's words, for the other members; at most 64 characters. Empty for none.</summary>
    string Taken { get; }

    /// <summary>Whether a member that takes <paramref name="taken"/> can read the body. Its first bytes are read.</summary>
    /// <param name="snapshot">A container of this kind that lies here.</param>
    /// <param name="taken">What that member has told; empty when it has told nothing.</param>
    bool IsReadBy(SnapshotFile snapshot, string taken);

    /// <summary>Reads a received body to its end.</summary>
    /// <returns>Why this member cannot take it; null when it can.</returns>
    string? Refusal(SnapshotFile snapshot);
}
