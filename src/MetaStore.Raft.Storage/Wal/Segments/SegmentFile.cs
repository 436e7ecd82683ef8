using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>Creates segment files.</summary>
internal static class SegmentFile
{
    private const int ChunkBytes = 256 << 10;
    private const int SyncEveryBytes = 8 << 20;

    private static readonly byte[] Zeros = new byte[ChunkBytes];

    /// <summary>Creates a file of written, durable zeros.</summary>
    /// <remarks>
    /// Zeros and not only allocated space: later writes then change no metadata, so that fdatasync has only data to write, and "never
    /// written" reads as zero on every file system. Synced in steps, so that a large file does not delay the log's own syncs.
    /// </remarks>
    internal static void Fill(IDisk disk, string path, long bytes)
    {
        using var file = disk.Open(path, DiskOpenMode.Create);
        file.Allocate(bytes);
        for (long offset = 0; offset < bytes; offset += ChunkBytes)
        {
            file.Write(offset, Zeros.AsSpan(0, (int)Math.Min(ChunkBytes, bytes - offset)));
            if ((offset + ChunkBytes) % SyncEveryBytes == 0)
            {
                file.DataSync();
            }
        }

        file.FullSync();
    }

    /// <summary>Turns a filled temporary file or a spare into a segment: header, sync, name, directory sync.</summary>
    /// <returns>The open segment. A segment with a name therefore always has a header.</returns>
    internal static IDiskFile Publish(IDisk disk, string temporary, string path, in SegmentHeader header)
    {
        using (var file = disk.Open(temporary, DiskOpenMode.ReadWrite))
        {
            var bytes = new byte[WalFormat.SegmentHeaderBytes];
            header.Write(bytes);
            file.Write(0, bytes);
            file.DataSync();
        }

        disk.Rename(temporary, path);
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
        return disk.Open(path, DiskOpenMode.ReadWrite);
    }

    /// <summary>Makes the first segment of a new log.</summary>
    internal static void CreateFirst(WalOptions options)
    {
        var bytes = Math.Min(options.FirstSegmentBytes, options.SegmentBytes);
        var temporary = Path.Combine(options.Directory, "first" + WalFormat.TemporaryExtension);
        Fill(options.Disk, temporary, bytes);
        var nonce = options.NonceSource();
        var header = new SegmentHeader(
            WalFormat.Version, options.ClusterId, options.NodeId, Sequence: 1, FirstIndex: 1, PreviousChain: 0,
            nonce, bytes, FirstFrame: 1, SectorTags.Next(before: null, nonce));
        Publish(options.Disk, temporary, Path.Combine(options.Directory, SegmentName.Format(1, 1)), header).Dispose();
    }

    /// <summary>True when anything but a segment header was written into the file, since it got that header.</summary>
    internal static bool HasFrames(IDisk disk, string path)
    {
        using var file = disk.Open(path, DiskOpenMode.Read);
        var chunk = new byte[ChunkBytes];
        var header = chunk.AsSpan(0, file.Read(0, chunk.AsSpan(0, WalFormat.SegmentHeaderBytes)));
        var isReadable = SegmentHeader.TryRead(header, out var segment);
        if (isReadable && segment.Tags is not null)
        {
            var found = TailSurvey.Run(file, segment, segment.FirstFrame, WalFormat.SegmentHeaderBytes);
            return found is not { LaterFrame: null, LastTouched: < 0, FirstUnknown: null };
        }

        var from = isReadable ? WalFormat.SegmentHeaderBytes : 0;
        for (long at = from; at < file.Length; at += chunk.Length)
        {
            if (chunk.AsSpan(0, file.Read(at, chunk)).ContainsAnyExcept((byte)0))
            {
                return true;
            }
        }

        return false;
    }
}
