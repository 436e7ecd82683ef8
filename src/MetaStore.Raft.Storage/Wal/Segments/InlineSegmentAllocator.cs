using System.Globalization;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>Does everything synchronously, on the caller's thread: for a simulator and for tools.</summary>
internal sealed class InlineSegmentAllocator(WalOptions options) : ISegmentAllocator
{
    private int _made;

    public SpareSegments Spares { get; } = new(options);

    public void Prepare(long bytes)
    {
        // Nothing is prepared in advance here.
    }

    public SegmentSpace Take(long bytes)
    {
        if (Spares.TryTake(bytes) is { } spare)
        {
            return spare;
        }

        var path = Path.Combine(
            options.Directory, string.Create(CultureInfo.InvariantCulture, $"next-{++_made}{WalFormat.TemporaryExtension}"));
        try
        {
            SegmentFile.Fill(options.Disk, path, bytes);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // What was filled takes space that a full disk does not have, and the next attempt makes a file of its own.
            if (options.Disk.FileExists(path))
            {
                options.Disk.Delete(path);
            }

            throw;
        }

        return new SegmentSpace(path, bytes, Before: null);
    }

    public void CancelWait()
    {
        // Never waits.
    }

    public void Retire(IReadOnlyList<WalSegment> segments)
    {
        foreach (var segment in segments)
        {
            Spares.Retire(segment);
        }
    }

    public void Dispose()
    {
        // Owns nothing.
    }
}
