using RocksDbSharp;

namespace MetaStore.Engines.RocksDb.Background;

/// <summary>Flushes all column families in one call, with atomic flush at one commit.</summary>
internal static class DatabaseFlush
{
    /// <summary>Returns when everything committed before the call is durable.</summary>
    /// <exception cref="EngineException">
    /// The disk refused. A full disk (<see cref="EngineFault.DiskFull"/>) detected by the probe before the flush does no harm and does not
    /// count as a failure of the database; one that the flush itself meets stops it.
    /// </exception>
    internal static void Run(DatabaseHandle database)
    {
        // A flush on a full disk would stop the database: the library does not restore its memtables.
        if (DiskProbe.Run(database.Path) is { } refused)
        {
            if (refused.Fault != EngineFault.DiskFull)
            {
                database.Fail(refused);
            }

            throw refused;
        }

        var options = new FlushOptions();
        var families = database.Families;
        Native.Instance.rocksdb_flush_cfs(database.Pointer, options.Handle, families, families.Length, out var error);
        GC.KeepAlive(options);
        LibraryError.ThrowOn(error, "flush", database);
    }
}
