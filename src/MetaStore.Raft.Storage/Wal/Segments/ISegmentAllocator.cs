namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>Provides zero-filled files to the journal and deletes segments it no longer needs.</summary>
internal interface ISegmentAllocator : IDisposable
{
    /// <summary>Announces that a file of that size will be needed soon.</summary>
    void Prepare(long bytes);

    /// <summary>Path of a durable, zero-filled temporary file; waits until there is one.</summary>
    /// <param name="bytes">Smallest size in bytes.</param>
    /// <param name="actualBytes">Its size.</param>
    string Take(long bytes, out long actualBytes);

    /// <summary>The log closes: from now on <see cref="Take"/> throws instead of waiting for disk space.</summary>
    void CancelWait();

    /// <summary>Deletes segments, in this order, each durably before the next.</summary>
    void Delete(IReadOnlyList<string> paths);
}
