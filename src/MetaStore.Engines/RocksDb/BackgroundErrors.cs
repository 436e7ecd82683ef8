using MetaStore.Engines.RocksDb.Native;

namespace MetaStore.Engines.RocksDb;

/// <summary>Errors of flushes and compactions that run by themselves, of which no call tells.</summary>
/// <remarks>
/// The C API has no listener, and the library may go on as if nothing had happened: some flushes it tries again for ever. But it counts.
/// Source: DBImpl::BackgroundCallFlush and BackgroundCallCompaction.
/// </remarks>
internal static unsafe class BackgroundErrors
{
    private const string Property = "rocksdb.background-errors";
    private const int EmptyBatchBytes = 12;

    /// <summary>How many there were since the database was opened. They are counted in the default family, of the others none.</summary>
    internal static long Count(DatabaseHandle database) =>
        NativeDatabase.Property(database.Pointer, database.DefaultFamily, Property, out var count) == 0 ? (long)count : 0;

    /// <summary>The last of them, as far as it can be learned: the library keeps the serious ones, and a full disk tells itself.</summary>
    internal static EngineException Last(DatabaseHandle database)
    {
        const string failed = "a flush or compaction in the background";
        try
        {
            NativeError.ThrowOn(WriteNothing(database), failed, database.Path);
        }
        catch (EngineException kept)
        {
            return kept;
        }

        return DiskProbe.Run(database.Path) is { } refused
            ? new EngineException(refused.Fault, $"rocksdb in {database.Path}: {failed} failed: {refused.Message}")
            : new EngineException(EngineFault.Io, $"rocksdb in {database.Path}: {failed} failed; the library does not say why, and the disk takes writes");
    }

    /// <summary>A commit of nothing, which is refused with the error that stopped the database, and never waits.</summary>
    private static nint WriteNothing(DatabaseHandle database)
    {
        using var options = new WriteOptionsHandle();
        NativeOptions.SetNoSlowdown(options, 1);
        var nothing = stackalloc byte[EmptyBatchBytes];
        new Span<byte>(nothing, EmptyBatchBytes).Clear();
        var batch = NativeDatabase.CreateBatch(nothing, EmptyBatchBytes);
        NativeDatabase.Write(database.Pointer, options, batch, out var error);
        NativeDatabase.DestroyBatch(batch);
        return error;
    }
}
