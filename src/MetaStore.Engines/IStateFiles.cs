using MetaStore.Engines.StateFiles;

namespace MetaStore.Engines;

/// <summary>The files of an engine as of one commit, unaffected by later changes of the engine.</summary>
/// <remarks>Thread: one. Dispose it to free the space; after a crash the next start does.</remarks>
public interface IStateFiles : IDisposable
{
    /// <summary>Format of the files.</summary>
    StateFilesFormat Format { get; }

    /// <summary>Looks a key up in the files.</summary>
    /// <returns>A copy of the value; null when the key is not there.</returns>
    byte[]? Read(Bucket bucket, ReadOnlySpan<byte> key);

    /// <summary>Writes all files as one stream that <see cref="IStateFilesEngine.LoadFiles"/> reads.</summary>
    /// <exception cref="EngineException">A file cannot be read.</exception>
    void WriteTo(Stream target, CancellationToken cancellation);
}
