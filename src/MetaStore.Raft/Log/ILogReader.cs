using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Log;

/// <summary>Read access to persisted entries: the only interface through which the core reads storage.</summary>
/// <remarks>Called on the raft thread only. Indexes are log positions; every range is half-open.</remarks>
public interface ILogReader
{
    /// <summary>First index still available; the entry before it is the snapshot's.</summary>
    ulong FirstIndex { get; }

    /// <summary>Last index available.</summary>
    ulong LastIndex { get; }

    /// <summary>The newest snapshot, for a follower whose next entry was compacted.</summary>
    SnapshotMetadata Snapshot { get; }

    /// <summary>Term of an index in [FirstIndex - 1, LastIndex].</summary>
    /// <returns>False when the index was compacted or is not there yet.</returns>
    bool TryGetTerm(ulong index, out ulong term);

    /// <summary>
    /// Entries of [low, high), at most up to the one that passes <paramref name="maxBytes"/>; never empty if the range is not.
    /// </summary>
    /// <returns>False when <paramref name="low"/> was compacted.</returns>
    bool TryGetEntries(ulong low, ulong high, long maxBytes, out IReadOnlyList<Entry> entries);
}
