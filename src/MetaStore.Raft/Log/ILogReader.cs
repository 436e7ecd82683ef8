using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Log;

/// <summary>The core's one seam: read access to entries that were handed out to be persisted earlier.</summary>
/// <remarks>Called on the raft thread only. Indexes are log positions; every range is half-open.</remarks>
public interface ILogReader
{
    /// <summary>First index still available; the entry before it is the snapshot's.</summary>
    ulong FirstIndex { get; }

    /// <summary>Last index available.</summary>
    ulong LastIndex { get; }

    /// <summary>The newest snapshot that a follower too far behind can be given.</summary>
    SnapshotMetadata Snapshot { get; }

    /// <summary>Term of an index in [FirstIndex - 1, LastIndex].</summary>
    /// <returns>False when the index was compacted or is not there yet.</returns>
    bool TryGetTerm(ulong index, out ulong term);

    /// <summary>Entries of [low, high), cut after the one that passes <paramref name="maxBytes"/>; never empty if the range is not.</summary>
    /// <returns>False when <paramref name="low"/> was compacted.</returns>
    bool TryGetEntries(ulong low, ulong high, long maxBytes, out IReadOnlyList<Entry> entries);
}
