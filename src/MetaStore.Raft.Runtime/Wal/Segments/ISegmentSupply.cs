namespace MetaStore.Raft.Runtime.Wal.Segments;

/// <summary>Where the journal gets zero-filled files from and leaves segments it no longer needs.</summary>
internal interface ISegmentSupply : IDisposable
{
    /// <summary>Says that a file of that size will be wanted soon.</summary>
    void Prepare(long bytes);

    /// <summary>Path of a durable, zero-filled temporary file; waits until there is one.</summary>
    /// <param name="bytes">Smallest size in bytes.</param>
    /// <param name="actualBytes">Its size.</param>
    string Take(long bytes, out long actualBytes);

    /// <summary>The log closes: from now on <see cref="Take"/> throws instead of waiting for a disk that has no room.</summary>
    void Hurry();

    /// <summary>Deletes segments, in this order, each durably before the next.</summary>
    void Delete(IReadOnlyList<string> paths);
}
