using MetaStore.Engines.RocksDb.Native;

namespace MetaStore.Engines.RocksDb;

/// <summary>Compacts every bucket beside reads, commits and the library's own compactions.</summary>
internal static class DatabaseCompaction
{
    /// <exception cref="EngineException">A file could not be read or written.</exception>
    internal static unsafe void Run(DatabaseHandle database, CancellationToken cancellation)
    {
        var options = NativeOptions.CreateCompact();
        NativeOptions.SetCompactExclusive(options, 0);

        // Disabling counts, and is taken back when this call is over: other compactions asked for by hand end early too.
        var stop = cancellation.Register(() => NativeDatabase.DisableManualCompaction(database.Pointer));
        try
        {
            var before = BackgroundErrors.Count(database);
            foreach (var bucket in Enum.GetValues<Bucket>())
            {
                cancellation.ThrowIfCancellationRequested();
                NativeDatabase.CompactRange(database.Pointer, database.Family(bucket), options, null, 0, null, 0);
            }

            // The call itself tells nothing.
            if (BackgroundErrors.Count(database) > before)
            {
                var failure = BackgroundErrors.Last(database);
                database.Fail(failure);
                throw failure;
            }
        }
        finally
        {
            stop.Dispose();
            if (cancellation.IsCancellationRequested)
            {
                NativeDatabase.EnableManualCompaction(database.Pointer);
            }

            NativeOptions.DestroyCompact(options);
        }
    }
}
