namespace MetaStore.Engines;

/// <summary>An engine in memory that can keep what no longer changes in page files, and whose checkpoints then name those files.</summary>
/// <remarks>Source: ADR 0055.</remarks>
public interface IPageFilesEngine : IStorageEngine
{
    /// <summary>False when the engine was created without a folder: then everything is in memory and none of the calls below is allowed.</summary>
    bool HasPageFiles { get; }

    /// <summary>Full pages that are in memory only are moved to a file between two checkpoints when they have so many bytes together.</summary>
    long HeapBytesMax { get; }

    /// <summary>Moves full pages of a view to a file, if there are enough of them. Any thread, one call at a time, also of the next one.</summary>
    /// <param name="view">Not older than that of the call before.</param>
    /// <param name="beforeCheckpoint">
    /// Whether <see cref="WritePagedCheckpoint"/> of the same view follows: then fewer pages are enough, and files that are mostly unused
    /// are replaced.
    /// </param>
    /// <param name="cancellation">Checked once per page.</param>
    /// <returns>Whether a page of the view is in a file; if not, an ordinary checkpoint of it has everything.</returns>
    /// <exception cref="IOException">The disk refused: what is not in a complete, durable file stays in memory.</exception>
    bool StorePages(IReadView view, bool beforeCheckpoint, CancellationToken cancellation);

    /// <summary>Writes the names of the pages of a view that are in files, and everything else of it.</summary>
    /// <param name="view">The view of the call of <see cref="StorePages"/> before.</param>
    /// <param name="target">Receives a stream for <see cref="LoadPaged"/>. Only with it are the page files a state.</param>
    /// <param name="cancellation">Checked from time to time.</param>
    void WritePagedCheckpoint(IReadView view, Stream target, CancellationToken cancellation);

    /// <summary>As <see cref="IStorageEngine.Load"/>, from a stream written by <see cref="WritePagedCheckpoint"/> on this member.</summary>
    /// <exception cref="EngineException">It or a page file is damaged or missing; then nothing changed.</exception>
    void LoadPaged(Stream source, CancellationToken cancellation, Action<IReadView>? accept = null);

    /// <summary>States that everything was read once, as at a start, and most of it will not be read soon: pages that are in files need not stay in memory.</summary>
    void ReleasePages();

    /// <summary>Numbers of the page files that such a stream names.</summary>
    /// <exception cref="EngineException">It is damaged.</exception>
    IReadOnlyList<ulong> PageFilesOf(Stream source);

    /// <summary>Deletes the page files that are neither in <paramref name="named"/> nor needed by the present content.</summary>
    /// <returns>How many were deleted.</returns>
    int DeletePageFiles(IReadOnlySet<ulong> named);
}
