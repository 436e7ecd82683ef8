using RocksDbSharp;
using MetaStore.Engines.StateFiles;

namespace MetaStore.Engines.RocksDb;

/// <summary>A checkpoint of the library: hard links to the tables of one moment and a copy of the manifest, in a folder beside the database.</summary>
/// <remarks>
/// Making it flushes all families as one cut and links the files; commits go on. Files are never written again once they are named, so
/// flushes and compactions that follow do not touch what is linked. It is opened once, for reading, to ask which commit it stands for.
/// </remarks>
internal sealed class CheckpointFiles : IStateFiles
{
    private readonly string _folder;
    private readonly List<(string Path, long Bytes)> _files;
    private readonly DatabaseHandle _database;

    private CheckpointFiles(string folder, StateFilesFormat format, List<(string Path, long Bytes)> files, DatabaseHandle database)
    {
        _folder = folder;
        _files = files;
        _database = database;
        Format = format;
    }

    /// <inheritdoc/>
    public StateFilesFormat Format { get; }

    /// <param name="database">Open; stays the caller's.</param>
    /// <param name="folder">Does not exist yet; on the same file system.</param>
    /// <param name="format">What writes the files.</param>
    /// <exception cref="EngineException">It could not be made; nothing is left of it.</exception>
    internal static CheckpointFiles Take(DatabaseHandle database, string folder, StateFilesFormat format)
    {
        try
        {
            using (var checkpoint = new Checkpoint(Native.Instance.rocksdb_checkpoint_object_create(database.Pointer)))
            {
                checkpoint.Save(folder);
            }

            // Looked at before it is opened, which adds files of no interest.
            var files = FilesIn(folder);
            return new CheckpointFiles(folder, format, files, DatabaseHandle.OpenToRead(folder));
        }
        catch (Exception failed) when (failed is EngineException or RocksDbException or IOException or UnauthorizedAccessException)
        {
            Generations.TryDelete(folder);
            throw failed switch
            {
                EngineException known => known,
                RocksDbException refused => LibraryError.Of(refused, "checkpoint", folder),
                _ => new EngineException(DiskProbe.FaultOf(failed), $"checkpoint {folder}: {failed.Message}", failed),
            };
        }
    }

    /// <inheritdoc/>
    public byte[]? Read(Bucket bucket, ReadOnlySpan<byte> key) => PointRead.Copy(_database, bucket, key, fromFilesOnly: false);

    /// <inheritdoc/>
    public void WriteTo(Stream target, CancellationToken cancellation) => StateFilesWriter.Write(Format, _files, target, cancellation);

    /// <summary>Closes and removes it.</summary>
    public void Dispose()
    {
        _database.Dispose();
        Generations.TryDelete(_folder);
    }

    /// <summary>The files to send, CURRENT last. One that is not known is an error: it may be a part of the state.</summary>
    private static List<(string Path, long Bytes)> FilesIn(string folder)
    {
        var files = new List<(string Path, long Bytes)>();
        foreach (var file in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            var bytes = (file as FileInfo)?.Length ?? 0;
            if (file is FileInfo && DatabaseFileNames.Instance.IsName(file.Name))
            {
                files.Add((file.FullName, bytes));
            }
            else if (!DatabaseFileNames.IsBeside(file.Name, bytes))
            {
                throw new EngineException($"{file.FullName}, {bytes} bytes, is not known: the checkpoint cannot be sent as files");
            }
        }

        return [.. files.OrderBy(file => Path.GetFileName(file.Path) == DatabaseFileNames.Current).ThenBy(file => file.Path, StringComparer.Ordinal)];
    }
}
