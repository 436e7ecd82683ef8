using System.Diagnostics.CodeAnalysis;
using MetaStore.Engines.Checkpoints;
using MetaStore.Engines.RocksDb.Background;
using MetaStore.Engines.RocksDb.Files;
using MetaStore.Engines.StateFiles;
using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>The state on disk in RocksDB: one column family per bucket, no write-ahead log of its own, flushed at one commit.</summary>
/// <remarks>
/// A commit is one atomic write into memory. It becomes durable with the flush of the memtables, which happens when they are full, in
/// <see cref="Flush"/>, or in <see cref="Dispose"/>; what a crash loses is replayed from the Raft log. Atomic flush keeps the files at
/// one commit, so <see cref="ReadDurable"/> of the state record says exactly how far the log may be truncated.
/// Thread: one writer; views, sizes, flush and compaction from any thread. Source: ADR 0019.
/// </remarks>
public sealed class RocksDbEngine : IStateFilesEngine
{
    /// <summary>Name in the configuration.</summary>
    public const string EngineName = "rocksdb";

    /// <summary>Why a native program cannot open it.</summary>
    public const string NeedsDynamicCode = "The binding of RocksDB emits a delegate for each function of the library.";

    // Raised with every change of the families, their content or their order: members with another layout are sent no files.
    private const int FilesLayout = 1;

    // Upper bound of what one compaction writes before its inputs can be deleted: the library's 25 target files of 64 MiB.
    private const long CompactionBytesMax = 25L * 64 << 20;

    private readonly Generations _generations;
    private readonly RocksDbSettings _settings;
    private readonly WriteOptions _writeOptions;
    private readonly BatchEncoder _encoder = new();
    private readonly SizeEstimate _sizes = new();
    private readonly Lock _switching = new();
    private readonly Lock _flushing = new();
    private readonly ErrorWatch _watch;
    private DatabaseHandle _database;
    private SharedSnapshot? _newest;
    private bool _disposed;

    private RocksDbEngine(Generations generations, RocksDbSettings settings)
    {
        _generations = generations;
        _settings = settings;

        // Without RocksDB's own log: the Raft log is the log (ADR 0019).
        _writeOptions = new WriteOptions().DisableWal(1);
        _database = Watched(DatabaseHandle.Open(generations.Current, settings));
        FilesFormat = LibraryVersion.Of(generations.Current) is { } version ? new StateFilesFormat(EngineName, FilesLayout, version) : null;
        _watch = new ErrorWatch(AcquireOrNull);
    }

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public StateFilesFormat? FilesFormat { get; }

    /// <inheritdoc/>
    public long SizeInUse => With(_sizes.InUse);

    /// <inheritdoc/>
    public long SizeAllocated => With(_sizes.Allocated);

    /// <inheritdoc/>
    public Action<EngineException>? Failed { get; set; }

    /// <inheritdoc/>
    /// <remarks>Memtables become files of at most their size, and a compaction keeps its inputs until its outputs are durable.</remarks>
    public long RoomNeeded =>
        (DatabaseOptions.WriteBuffers * _settings.WriteBufferBytes)
        + Math.Min(CompactionBytesMax, With(static database => SizeEstimate.Sum(database, "rocksdb.total-sst-files-size")));

    /// <summary>
    /// Starts to load the library on another thread, for a process that will open an engine soon. Errors are thrown by <see
    /// cref="Open"/>.
    /// </summary>
    [RequiresDynamicCode(NeedsDynamicCode)]
    public static void BeginLoading() => RocksDbLibrary.BeginLoading();

    /// <summary>Opens the database in a folder, or creates one.</summary>
    /// <exception cref="EngineException">The library cannot be loaded, the files are damaged, held by another process, or the disk refused.</exception>
    [RequiresDynamicCode(NeedsDynamicCode)]
    public static RocksDbEngine Open(string directory, RocksDbSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        RocksDbLibrary.Require();
        return new RocksDbEngine(Generations.Open(directory), settings);
    }

    /// <inheritdoc/>
    public void Commit(WriteBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (batch.Count == 0)
        {
            return;
        }

        _encoder.Write(_database, _writeOptions, batch);
        _sizes.Committed(batch.Bytes);
        ForgetSnapshot();
    }

    /// <inheritdoc/>
    public IReadView OpenView()
    {
        var newest = Volatile.Read(ref _newest);
        if (newest is not null && newest.TryAcquire())
        {
            return new RocksDbReadView(newest);
        }

        lock (_switching)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);

            // Created and published under the lock that a commit takes to drop it, so it cannot stay older than the last commit.
            _newest ??= new SharedSnapshot(_database);
            _ = _newest.TryAcquire();
            return new RocksDbReadView(_newest);
        }
    }

    /// <inheritdoc/>
    public void WriteCheckpoint(IReadView view, Stream target, CancellationToken cancellation) =>
        CheckpointWriter.Write(view, target, cancellation);

    /// <inheritdoc/>
    /// <remarks>Durable when it returns. Thread: the writer's.</remarks>
    public void Load(Stream source, CancellationToken cancellation, Action<IReadView>? accept = null)
    {
        lock (_flushing)
        {
            Replace(GenerationBuilder.Build(_generations, _settings, _writeOptions, source, cancellation), accept);
        }
    }

    /// <inheritdoc/>
    public void LoadFiles(Stream source, Action<IReadView> accept, CancellationToken cancellation)
    {
        lock (_flushing)
        {
            Replace(GenerationFromFiles.Build(_generations, _settings, KnownFormat, source, cancellation), accept);
        }
    }

    /// <inheritdoc/>
    public IStateFiles TakeFiles()
    {
        // One checkpoint at a time.
        lock (_flushing)
        {
            return With(database => CheckpointFiles.Take(database, _generations.NextCheckpoint(), KnownFormat));
        }
    }

    /// <inheritdoc/>
    public void CheckFiles(Stream source) =>
        StateFilesReader.Read(source, KnownFormat, DatabaseFileNames.Instance, target: null, CancellationToken.None);

    /// <inheritdoc/>
    public StateFilesFormat FormatOf(Stream source) => StateFilesReader.ReadFormat(source, DatabaseFileNames.Instance);

    /// <inheritdoc/>
    public byte[]? ReadDurable(Bucket bucket, ReadOnlySpan<byte> key)
    {
        var database = Acquire();
        try
        {
            return PointRead.Copy(database, bucket, key, fromFilesOnly: true);
        }
        finally
        {
            database.Release();
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        lock (_flushing)
        {
            Execute(DatabaseFlush.Run);
        }
    }

    /// <inheritdoc/>
    public void Compact(CancellationToken cancellation)
    {
        Execute(database => DatabaseCompaction.Run(database, cancellation));

        // The quota check follows right away and must see the new size.
        _sizes.Reset();
    }

    /// <inheritdoc/>
    public IReadOnlyList<EngineMetric> Metrics() => With(RocksDbMetrics.Read);

    /// <summary>Flushes and closes; with views still open, when the last of them is disposed.</summary>
    public void Dispose()
    {
        lock (_switching)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            Interlocked.Exchange(ref _newest, null)?.Release();
        }

        _watch.Dispose();
        _database.Dispose();
        _encoder.Dispose();
    }

    private StateFilesFormat KnownFormat =>
        FilesFormat ?? throw new EngineException(EngineFault.WrongEngine, "the version of the rocksdb library is not known: files are neither sent nor accepted");

    private void Replace(DatabaseHandle database, Action<IReadView>? accept)
    {
        try
        {
            using var view = new RocksDbReadView(new SharedSnapshot(database));
            accept?.Invoke(view);
        }
        catch
        {
            database.DeleteWhenClosed = true;
            database.Dispose();
            throw;
        }

        _generations.SwitchTo(database.Path);
        DatabaseHandle old;
        lock (_switching)
        {
            old = _database;
            _database = Watched(database);
            Interlocked.Exchange(ref _newest, null)?.Release();
        }

        _sizes.Reset();
        old.DeleteWhenClosed = true;
        old.Dispose();
    }

    private DatabaseHandle Watched(DatabaseHandle database)
    {
        database.Failed = failure => Failed?.Invoke(failure);
        return database;
    }

    private void ForgetSnapshot()
    {
        SharedSnapshot? old;
        lock (_switching)
        {
            old = _newest;
            Volatile.Write(ref _newest, null);
        }

        old?.Release();
    }

    private void Execute(Action<DatabaseHandle> work) => With(database =>
    {
        work(database);
        return true;
    });

    private T With<T>(Func<DatabaseHandle, T> read)
    {
        var database = Acquire();
        try
        {
            return read(database);
        }
        finally
        {
            database.Release();
        }
    }

    /// <summary>The present database, kept open until it is released.</summary>
    private DatabaseHandle Acquire() => AcquireOrNull() ?? throw new ObjectDisposedException(nameof(RocksDbEngine));

    private DatabaseHandle? AcquireOrNull()
    {
        lock (_switching)
        {
            if (_disposed)
            {
                return null;
            }

            _database.Acquire();
            return _database;
        }
    }
}
