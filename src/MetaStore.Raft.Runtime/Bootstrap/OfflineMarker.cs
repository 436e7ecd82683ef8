using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Native;
using MetaStore.Raft.Runtime.Storage;
using MetaStore.Raft.Runtime.Wal;
using MetaStore.Raft.Runtime.Wal.Recovery;

namespace MetaStore.Raft.Runtime.Bootstrap;

/// <summary>Tells a log that no node uses about a state that is durable beside it.</summary>
public static class OfflineMarker
{
    /// <summary>The point of the log that a state applied up to an index stands for.</summary>
    /// <param name="recovery">What the log holds.</param>
    /// <param name="index">From the log's marker to its last index.</param>
    /// <exception cref="StorageException">The log does not hold that point, or cannot be read there.</exception>
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

    /// <summary>Writes that the state up to a point is durable; durable itself when this returns. A failure ends the process, as in a node.</summary>
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
