using MetaStore.Engines.RocksDb.Background;
using MetaStore.Engines.StateFiles;

namespace MetaStore.Engines.RocksDb.Files;

/// <summary>Builds the next generation from files that another member sent, beside the one in use.</summary>
/// <remarks>
/// Files and folder are durable before the library opens them, so a crash at any point leaves at most an unreferenced folder.
/// </remarks>
internal sealed class GenerationFromFiles : IStateFilesTarget, IDisposable
{
    private readonly string _folder;
    private FileStream? _file;
    private bool _made;
    private bool _kept;

    private GenerationFromFiles(string folder) => _folder = folder;

    /// <summary>Reads all files. The result is open and durable, but not yet the current generation.</summary>
    /// <exception cref="EngineException">
    /// Damaged, not readable for this library, or the disk refused; the partial result is removed.
    /// </exception>
    internal static DatabaseHandle Build(
        Generations generations, RocksDbSettings settings, StateFilesFormat own, Stream source, CancellationToken cancellation)
    {
        using var builder = new GenerationFromFiles(generations.Next());
        StateFilesReader.Read(source, own, DatabaseFileNames.Instance, builder, cancellation);
        LibC.Sync(builder._folder);
        var database = DatabaseHandle.Open(builder._folder, settings);
        builder._kept = true;
        return database;
    }

    /// <inheritdoc/>
    public void Begin(string name)
    {
        var path = Path.Combine(_folder, name);
        OnDisk(path, () =>
        {
            if (!_made)
            {
                Directory.CreateDirectory(_folder);
                _made = true;
            }

            _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        });
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> piece)
    {
        try
        {
            _file!.Write(piece);
        }
        catch (IOException refused)
        {
            throw new EngineException(DiskProbe.FaultOf(refused), $"{_file!.Name} cannot be written: {refused.Message}", refused);
        }
    }

    /// <inheritdoc/>
    public void End()
    {
        var path = _file!.Name;
        OnDisk(path, _file.Dispose);
        _file = null;
        LibC.Sync(path);
    }

    /// <summary>Removes a partial result.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        if (!_kept)
        {
            Generations.TryDelete(_folder);
        }
    }

    private static void OnDisk(string path, Action work)
    {
        try
        {
            work();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(DiskProbe.FaultOf(refused), $"{path} cannot be written: {refused.Message}", refused);
        }
    }
}
