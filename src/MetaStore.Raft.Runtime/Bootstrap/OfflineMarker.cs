using MetaStore.IO;
using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Runtime.Bootstrap;

/// <summary>Records in a log that no node has open that a state beside it is durable.</summary>
public static class OfflineMarker
{
    /// <summary>The log position that a state applied up to an index covers.</summary>
    /// <param name="recovery">Content of the log.</param>
    /// <param name="index">From the log's marker to its last index.</param>
    /// <exception cref="StorageException">The log does not contain that position, or cannot be read there.</exception>
    public static SnapshotMetadata PointAt(WalRecovery recovery, ulong index)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        SnapshotMetadata marker = recovery.Marker ?? SnapshotMetadata.Empty;
        if (index == marker.Index)
        {
            return marker;
        }

        if (index < marker.Index || index > recovery.LastIndex)
        {
            throw new StorageException(
                ExitCodes.ForeignDirectory, $"the state is of index {index}, and the log holds {marker.Index + 1} to {recovery.LastIndex}: they do not belong together");
        }

        Entry[] applied = [.. recovery.Entries.Where(entry => entry.Index > marker.Index && entry.Index <= index)];
        IEnumerable<ConfChange> changes = applied.Where(entry => entry.Type == EntryType.ConfChange).Select(Decode);
        return new SnapshotMetadata(index, applied[^1].Term, MembershipReplay.After(marker.ConfState, changes));
    }

    /// <summary>
    /// Writes that the state up to a position is durable; itself durable when this returns. A failure ends the process, as in a
    /// node.
    /// </summary>
    public static void Write(WriteAheadLog wal, SnapshotMetadata point)
    {
        ArgumentNullException.ThrowIfNull(wal);
        using DurableSignal durable = new();
        wal.Append(new WalAppend { Marker = point, MustSync = true, Completion = durable });
        durable.Wait();
    }

    private static ConfChange Decode(Entry entry) => ConfChangeCodec.TryDecode(entry.Data, out ConfChange? change)
        ? change
        : throw new StorageException(ExitCodes.InvariantBroken, $"the membership change at index {entry.Index} cannot be read");
}
