using System.Globalization;
using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>Does everything synchronously, on the caller's thread: for a simulator and for tools.</summary>
internal sealed class InlineSegmentAllocator(IDisk disk, string directory) : ISegmentAllocator
{
    private int _made;

    public void Prepare(long bytes)
    {
        // Nothing is prepared in advance here.
    }

    public string Take(long bytes, out long actualBytes)
    {
        actualBytes = bytes;
        var path = Path.Combine(
            directory, string.Create(CultureInfo.InvariantCulture, $"next-{++_made}{WalFormat.TemporaryExtension}"));
        SegmentFile.Fill(disk, path, bytes);
        return path;
    }

    public void CancelWait()
    {
        // Never waits.
    }

    public void Delete(IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
        {
            // One by one: were two deletions reordered by a crash, the log would seem to miss a segment.
            disk.Delete(path);
            disk.SyncDirectory(directory);
        }
    }

    public void Dispose()
    {
        // Owns nothing.
    }
}
