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
        SegmentFile.Fill(options.Disk, path, bytes);
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
