using RocksDbSharp;

namespace MetaStore.Engines.RocksDb.Background;

/// <summary>Errors of automatic flushes and compactions, which no call reports.</summary>
/// <remarks>
/// The C API has no listener, and the library may continue as if nothing had happened: it retries some flushes forever. But it counts
/// the errors. Source: DBImpl::BackgroundCallFlush and BackgroundCallCompaction.
/// </remarks>
internal static class BackgroundErrors
{
    private const string Property = "rocksdb.background-errors";

    /// <summary>Number of errors since the database was opened. The library counts them in the default family only.</summary>
    internal static long Count(DatabaseHandle database) =>
        database.Number(Property, database.DefaultFamily) ?? 0;

    /// <summary>The last error, as far as it is available: the library keeps the serious ones, and a full disk can be probed.</summary>
    internal static EngineException Last(DatabaseHandle database)
    {
        const string failed = "a flush or compaction in the background";
        try
        {
            WriteNothing(database);
        }
        catch (RocksDbException kept)
        {
            return LibraryError.Of(kept, failed, database.Path);
        }

        return DiskProbe.Run(database.Path) is { } refused
            ? new EngineException(refused.Fault, $"rocksdb in {database.Path}: {failed} failed: {refused.Message}")
            : new EngineException(EngineFault.Io, $"rocksdb in {database.Path}: {failed} failed; the library does not say why, and the disk takes writes");
    }

    /// <summary>An empty commit: it is refused with the error that stopped the database, and never waits.</summary>
    private static void WriteNothing(DatabaseHandle database)
    {
        var options = new WriteOptions().DisableWal(1);
        Native.Instance.rocksdb_writeoptions_set_no_slowdown(options.Handle, 1);
        using var nothing = new RocksDbSharp.WriteBatch();
        Native.Instance.rocksdb_write(database.Pointer, options.Handle, nothing.Handle);
        GC.KeepAlive(options);
    }
}
