using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>Segments that the log no longer needs, kept as files for later segments: writing them again costs no zero-filling.</summary>
/// <remarks>
/// A spare has its old content and its old header until <see cref="SegmentFile.Publish"/> writes the next header. It loses the name of a segment
/// durably before it is offered, so that a crash never leaves new content under an old name. A reader that still has the file open gets frames
/// of the use that it knows, or none: every frame has the nonce of its use. Any thread.
/// </remarks>
internal sealed class SpareSegments(WalOptions options)
{
    private readonly Lock _gate = new();
    private readonly Queue<SegmentSpace> _spares = new();

    /// <summary>Bytes of all spares on disk.</summary>
    internal long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _spares.Count * options.SegmentBytes;
            }
        }
    }

    /// <summary>Finds the spares of an earlier process and deletes those that are of no use. Call once, after the log was found whole.</summary>
    internal void Open()
    {
        lock (_gate)
        {
            foreach (var name in options.Disk.List(options.Directory))
            {
                if (!name.EndsWith(WalFormat.SpareExtension, StringComparison.Ordinal))
                {
                    continue;
                }

                var path = Path.Combine(options.Directory, name);
                if (Read(path) is { } spare && _spares.Count < options.SpareSegments)
                {
                    _spares.Enqueue(spare);
                }
                else
                {
                    Delete(path);
                }
            }
        }
    }

    /// <summary>Takes a spare.</summary>
    /// <param name="bytes">Smallest length.</param>
    /// <returns>Null when there is none of that length.</returns>
    internal SegmentSpace? TryTake(long bytes)
    {
        lock (_gate)
        {
            return bytes <= options.SegmentBytes && _spares.TryDequeue(out var spare) ? spare : null;
        }
    }

    /// <summary>Keeps a segment as a spare, or deletes it. Durable when it returns.</summary>
    /// <param name="segment">Not needed any more, with all before it: a durable marker covers its entries.</param>
    internal void Retire(WalSegment segment)
    {
        lock (_gate)
        {
            if (_spares.Count >= options.SpareSegments
                || segment.Header.SegmentBytes != options.SegmentBytes || segment.Header.Tags is not { CanBeUsedAgain: true } tags)
            {
                Delete(segment.Path);
                return;
            }

            var path = Path.ChangeExtension(segment.Path, WalFormat.SpareExtension);
            options.Disk.Rename(segment.Path, path);
            options.Disk.SyncDirectory(options.Directory);
            _spares.Enqueue(new SegmentSpace(path, options.SegmentBytes, tags));
        }
    }

    /// <summary>Deletes all spares, for a disk that is nearly full.</summary>
    /// <returns>Bytes that were freed.</returns>
    internal long Release()
    {
        lock (_gate)
        {
            long freed = 0;
            while (_spares.TryDequeue(out var spare))
            {
                Delete(spare.Path);
                freed += spare.Bytes;
            }

            return freed;
        }
    }

    private SegmentSpace? Read(string path)
    {
        var bytes = new byte[WalFormat.SegmentHeaderBytes];
        using var file = options.Disk.Open(path, DiskOpenMode.ReadWrite);

        // As with a segment: after a failed sync the cache may have a header, and the tags in it, that the disk does not have.
        file.FullSync();
        file.DropCache();
        _ = file.Read(0, bytes);

        // A power cut while the next header was written may leave a part of each header. The earlier tags are lost then, and so is the spare.
        return SegmentHeader.TryRead(bytes, out var header)
            && header.ClusterId == options.ClusterId && header.NodeId == options.NodeId
            && header.SegmentBytes == options.SegmentBytes && file.Length == options.SegmentBytes
            && header.Tags is { CanBeUsedAgain: true } tags
            ? new SegmentSpace(path, options.SegmentBytes, tags)
            : null;
    }

    // One by one: were two changes reordered by a crash, the log would seem to miss a segment.
    private void Delete(string path)
    {
        options.Disk.Delete(path);
        options.Disk.SyncDirectory(options.Directory);
    }
}
