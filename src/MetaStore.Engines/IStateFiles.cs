using MetaStore.Engines.StateFiles;

namespace MetaStore.Engines;

/// <summary>The files of an engine as of one commit, held apart from what the engine does afterwards.</summary>
/// <remarks>Thread: one. Dispose it to give the room back; after a crash the next start does.</remarks>
public interface IStateFiles : IDisposable
{
    /// <summary>What wrote them.</summary>
    StateFilesFormat Format { get; }

    /// <summary>Looks a key up in the files.</summary>
    /// <returns>A copy of the value; null when the key is not there.</returns>
    byte[]? Read(Bucket bucket, ReadOnlySpan<byte> key);

    /// <summary>Writes all files as one stream that <see cref="IStateFilesEngine.LoadFiles"/> reads back.</summary>
    /// <exception cref="EngineException">A file cannot be read.</exception>
    void WriteTo(Stream target, CancellationToken cancellation);
}
