using MetaStore.Engines.RocksDb.Background;
using MetaStore.Engines.StateFiles;
using RocksDbSharp;

namespace MetaStore.Engines.RocksDb.Files;

/// <summary>A checkpoint of the library: hard links to the tables of one moment and a copy of the manifest, in a folder beside the database.</summary>
/// <remarks>
/// Making it flushes all families at one commit and links the files; commits continue. Files are immutable once they are named, so
/// later flushes and compactions do not touch the linked ones. It is opened once, read-only, to find out which commit it holds.
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

    /// <param name="database">Open; owned by the caller.</param>
    /// <param name="folder">Does not exist yet; on the same file system.</param>
    /// <param name="format">Format of the files.</param>
    /// <exception cref="EngineException">It could not be made; partial files are removed.</exception>
    internal static CheckpointFiles Take(DatabaseHandle database, string folder, StateFilesFormat format)
    {
        try
        {
            using (var checkpoint = new Checkpoint(Native.Instance.rocksdb_checkpoint_object_create(database.Pointer)))
            {
                checkpoint.Save(folder);
            }

            // Listed before it is opened, because opening adds files that are not part of the state.
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

    /// <summary>The files to send, CURRENT last. An unknown file is an error: it may be a part of the state.</summary>
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
