using MetaStore.IO;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Storage.Wal;

/// <summary>What a running node does with the <see cref="WriteAheadLog"/>; tests replace it by a simulated disk.</summary>
public interface IWriteAheadLog
{
    /// <inheritdoc cref="WriteAheadLog.Append"/>
    void Append(WalAppend append);

    /// <inheritdoc cref="WriteAheadLog.TruncatePrefix"/>
    void TruncatePrefix(ulong index);

    /// <summary>Reads entries back from the files. Any thread, beside the writer; waits for the disk.</summary>
    /// <param name="low">First index; durable.</param>
    /// <param name="high">One past the last index; all durable.</param>
    /// <param name="maxBytes">Bytes, by <see cref="Entry.Size"/>, after which no further frame is read.</param>
    /// <returns>Contiguous, the first one <paramref name="low"/>; null when <see cref="TruncatePrefix"/> gave it up.</returns>
    /// <exception cref="StorageException">A frame is not what was written (65), or a segment is missing (67).</exception>
    /// <exception cref="IOException">The disk cannot be read.</exception>
    IReadOnlyList<Entry>? Read(ulong low, ulong high, long maxBytes);
}
