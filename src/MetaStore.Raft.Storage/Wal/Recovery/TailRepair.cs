using System.Globalization;
using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Clears a torn write, after keeping a copy of the segment as it was found.</summary>
internal static class TailRepair
{
    private const int ChunkBytes = 256 << 10;

    /// <summary>Copies, zeroes from <paramref name="offset"/>, restores the length, syncs. Durable when it returns.</summary>
    /// <param name="disk">Where the segment is.</param>
    /// <param name="file">The segment, writable.</param>
    /// <param name="header">Its header.</param>
    /// <param name="offset">First byte to clear.</param>
    /// <param name="clearTo">End of what the torn write may have reached; sectors of earlier uses after it stay.</param>
    /// <returns>Path of the copy.</returns>
    internal static string Run(IDisk disk, IDiskFile file, in SegmentHeader header, long offset, long clearTo)
    {
        var copy = FreeName(disk, file.Path);
        using (var target = disk.Open(copy, DiskOpenMode.Create))
        {
            CopySparse(file, target);
            target.FullSync();
        }

        disk.SyncDirectory(Path.GetDirectoryName(copy)!);

        var length = file.Length;
        var chunk = new byte[ChunkBytes];
        var zeros = new byte[ChunkBytes];
        var end = Math.Min(clearTo, header.SegmentBytes);
        for (var at = offset; at < end; at += ChunkBytes)
        {
            var part = (int)Math.Min(ChunkBytes, end - at);
            var read = file.Read(at, chunk.AsSpan(0, part));
            if (at + part > length || chunk.AsSpan(0, read).ContainsAnyExcept((byte)0))
            {
                file.Write(at, zeros.AsSpan(0, part));
            }
        }

        file.FullSync();
        return copy;
    }

    private static string FreeName(IDisk disk, string path)
    {
        for (var n = 1; ; n++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{path}.broken-{n}");
            if (!disk.FileExists(name))
            {
                return name;
            }
        }
    }

    // A segment may be mostly zeros; a copy with holes costs only what was written.
    private static void CopySparse(IDiskFile source, IDiskFile target)
    {
        var length = source.Length;
        var chunk = new byte[ChunkBytes];
        for (long at = 0; at < length; at += ChunkBytes)
        {
            var part = chunk.AsSpan(0, source.Read(at, chunk));
            if (part.ContainsAnyExcept((byte)0))
            {
                target.Write(at, part);
            }
        }

        target.SetLength(length);
    }
}
