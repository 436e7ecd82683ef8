namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>Provides files to the journal for its next segments, and takes back the segments that it no longer needs.</summary>
internal interface ISegmentAllocator : IDisposable
{
    /// <summary>Files kept for later segments.</summary>
    SpareSegments Spares { get; }

    /// <summary>Announces that a file of that size will be needed soon.</summary>
    void Prepare(long bytes);

    /// <summary>A durable file for the next segment; waits until there is one.</summary>
    /// <param name="bytes">Smallest size in bytes.</param>
    SegmentSpace Take(long bytes);

    /// <summary>The log closes: from now on <see cref="Take"/> throws instead of waiting for disk space.</summary>
    void CancelWait();

    /// <summary>Deletes segments or keeps them as spares, in this order, each durably before the next.</summary>
    void Retire(IReadOnlyList<WalSegment> segments);
}
