using MetaStore.Engines.StateFiles;

namespace MetaStore.Engines;

/// <summary>An engine whose files can be sent to another member as they are, which costs a fraction of rewriting every record.</summary>
/// <remarks>Source: ADR 0019.</remarks>
public interface IStateFilesEngine : IDurableEngine
{
    /// <summary>
    /// The format this engine writes, and reads if it is not newer. Null when it is unknown: then files are neither sent nor
    /// accepted.
    /// </summary>
    StateFilesFormat? FilesFormat { get; }

    /// <summary>
    /// Flushes and captures all files as of one commit that was made before or during the call. Any thread; commits continue
    /// meanwhile.
    /// </summary>
    /// <returns>Keeps the files until it is disposed.</returns>
    /// <exception cref="EngineException">They could not be captured; the engine itself is not affected.</exception>
    IStateFiles TakeFiles();

    /// <summary>Validates a stream written by <see cref="IStateFiles.WriteTo"/> of another member, without keeping it.</summary>
    /// <exception cref="EngineException">It is damaged, or of a format that this engine does not read; the message says which.</exception>
    void CheckFiles(Stream source);

    /// <summary>Reads the format of the files from the first few bytes.</summary>
    /// <exception cref="EngineException">It cannot be read.</exception>
    StateFilesFormat FormatOf(Stream source);

    /// <summary>Replaces the whole content by files of another member. A crash leaves the old content or the new one.</summary>
    /// <param name="source">A stream written by <see cref="IStateFiles.WriteTo"/>.</param>
    /// <param name="accept">Checks the new content before it takes effect; an exception keeps the old one.</param>
    /// <param name="cancellation">Checked once per block.</param>
    /// <exception cref="EngineException">Damaged, or the disk refused; then nothing changed.</exception>
    /// <remarks>Durable when it returns. Thread: the writer's.</remarks>
    void LoadFiles(Stream source, Action<IReadView> accept, CancellationToken cancellation);
}
