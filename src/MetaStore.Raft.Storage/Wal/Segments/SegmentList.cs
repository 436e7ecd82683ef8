using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>The segment files of a log by name, and the checks of their headers.</summary>
internal static class SegmentList
{
    // Places of frames have 32 bits for it, which no log of segments of 16 KiB or more exceeds.
    private const ulong SequenceMax = uint.MaxValue;

    /// <summary>All segments, oldest first, without gaps; may be empty.</summary>
    /// <exception cref="StorageException">A segment between two others is missing (67).</exception>
    internal static List<Item> Read(IDisk disk, string directory)
    {
        var items = new List<Item>();
        foreach (var name in disk.List(directory))
        {
            if (SegmentName.TryParse(name, out var sequence, out var firstIndex))
            {
                items.Add(new Item(Path.Combine(directory, name), sequence, firstIndex));
            }
        }

        for (var i = 1; i < items.Count; i++)
        {
            if (items[i].Sequence != items[i - 1].Sequence + 1)
            {
                throw Missing(directory, $"segment {items[i].Sequence} follows segment {items[i - 1].Sequence}");
            }
        }

        return items;
    }

    /// <exception cref="StorageException">Newer format (68) or another node's log (67).</exception>
    /// <exception cref="WalCorruptException">The name is not the header's.</exception>
    internal static void CheckHeader(WalOptions options, string path, in Item item, in SegmentHeader header)
    {
        if (header.FormatVersion > WalFormat.Version)
        {
            throw new StorageException(
                ExitCodes.NewerFormat,
                $"write-ahead log {path} has format {header.FormatVersion}; this version reads up to {WalFormat.Version}. Start a newer version.");
        }

        if (header.ClusterId != options.ClusterId || header.NodeId != options.NodeId)
        {
            throw new StorageException(
                ExitCodes.ForeignDirectory,
                $"write-ahead log {path} belongs to node {header.NodeId:x} of cluster {header.ClusterId:x}, "
                + $"not to node {options.NodeId:x} of cluster {options.ClusterId:x}.");
        }

        if (header.Sequence != item.Sequence || header.FirstIndex != item.FirstIndex)
        {
            throw new WalCorruptException(path, 0, $"the header says segment {header.Sequence}, first index {header.FirstIndex}: was it renamed?");
        }

        if (header.Sequence > SequenceMax)
        {
            throw new WalCorruptException(path, 0, $"no log has {header.Sequence} segments");
        }
    }

    internal static StorageException Missing(string directory, string what) =>
        new(ExitCodes.ForeignDirectory, $"write-ahead log {directory} is incomplete: {what}. Restore the files or let this node rejoin.");

    /// <summary>One file.</summary>
    internal readonly record struct Item(string Path, ulong Sequence, ulong FirstIndex);
}
