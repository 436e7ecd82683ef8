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
    /// Entries of [low, high), at most up to the one that passes <paramref name="maxBytes"/>.
    /// </summary>
    /// <param name="low">First index.</param>
    /// <param name="high">One past the last index.</param>
    /// <param name="maxBytes">Bytes, by <see cref="Entry.Size"/>, after which no entry is added.</param>
    /// <param name="entries">
    /// Starts with the one at <paramref name="low"/>. Empty, although the range is not, when that one is in the files and not in memory:
    /// the caller goes on without it, and <see cref="RaftCore.EntriesLoaded"/> is called when it was loaded. Entries above the
    /// applied index are always in memory.
    /// </param>
    /// <returns>False when <paramref name="low"/> was compacted.</returns>
    bool TryGetEntries(ulong low, ulong high, long maxBytes, out IReadOnlyList<Entry> entries);
}
