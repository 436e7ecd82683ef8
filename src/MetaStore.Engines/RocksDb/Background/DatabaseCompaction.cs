using RocksDbSharp;

namespace MetaStore.Engines.RocksDb.Background;

/// <summary>Compacts every bucket, concurrently with reads, commits and the library's own compactions.</summary>
internal static class DatabaseCompaction
{
    /// <exception cref="EngineException">A file could not be read or written.</exception>
    internal static void Run(DatabaseHandle database, CancellationToken cancellation)
    {
        // The binding's CompactRange takes no options; this one must neither wait for the library's own compactions nor delay them.
        var library = Native.Instance;
        var options = library.rocksdb_compactoptions_create();
        library.rocksdb_compactoptions_set_exclusive_manual_compaction(options, 0);

        // Disabling is counted, and undone when this call is over: other manual compactions are ended early too.
        var isDisabled = false;
        var stop = cancellation.Register(() =>
        {
            library.rocksdb_disable_manual_compaction(database.Pointer);
            isDisabled = true;
        });
        try
        {
            var before = BackgroundErrors.Count(database);
            foreach (var bucket in Enum.GetValues<Bucket>())
            {
                cancellation.ThrowIfCancellationRequested();
                library.rocksdb_compact_range_cf_opt(database.Pointer, database.Family(bucket), options, 0, 0, 0, 0);
            }

            // The call itself reports nothing.
            if (BackgroundErrors.Count(database) > before)
            {
                var failure = BackgroundErrors.Last(database);
                database.Fail(failure);
                throw failure;
            }
        }
        finally
        {
            // Waits for the registered call. What is cancelled from here on was not disabled, and must not be enabled: the count would be below zero, and the
            // next cancellation without effect.
            stop.Dispose();
            if (isDisabled)
            {
                library.rocksdb_enable_manual_compaction(database.Pointer);
            }

            library.rocksdb_compactoptions_destroy(options);
        }
    }
}
