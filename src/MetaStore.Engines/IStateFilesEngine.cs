using MetaStore.Engines.StateFiles;

namespace MetaStore.Engines;

/// <summary>An engine whose files can be sent to another member as they are, which costs a fraction of writing every record anew.</summary>
/// <remarks>Source: ADR 0019.</remarks>
public interface IStateFilesEngine : IDurableEngine
{
    /// <summary>What this engine writes, and what it reads if it is no newer. Null when that is not known: then none are sent and none taken.</summary>
    StateFilesFormat? FilesFormat { get; }

    /// <summary>Flushes and takes a cut of all files, of one commit that was made before or during the call. Any thread; commits go on meanwhile.</summary>
    /// <returns>What keeps the files until it is disposed.</returns>
    /// <exception cref="EngineException">It could not be taken; the engine itself goes on.</exception>
    IStateFiles TakeFiles();

    /// <summary>Reads to its end what <see cref="IStateFiles.WriteTo"/> of another member wrote, and keeps nothing.</summary>
    /// <exception cref="EngineException">It is damaged, or of a format that this engine does not read; the message says which.</exception>
    void CheckFiles(Stream source);

    /// <summary>Reads whose files they are. The first few bytes are read.</summary>
    /// <exception cref="EngineException">That cannot be read.</exception>
    StateFilesFormat FormatOf(Stream source);

    /// <summary>Replaces the whole content by files of another member. A crash leaves the old content or the new one.</summary>
    /// <param name="source">What <see cref="IStateFiles.WriteTo"/> wrote.</param>
    /// <param name="accept">Looks at the new content before it counts; what it throws leaves the old one.</param>
    /// <param name="cancellation">Looked at once a piece.</param>
    /// <exception cref="EngineException">Damaged, or the disk refused; then nothing changed.</exception>
    /// <remarks>Durable when it returns. Thread: the writer's.</remarks>
    void LoadFiles(Stream source, Action<IReadView> accept, CancellationToken cancellation);
}
