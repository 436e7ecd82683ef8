using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>The settings as options of the library, the same for every column family.</summary>
/// <param name="Database">Options of the database; statistics are read from them later.</param>
/// <param name="Families">Options of each family.</param>
/// <remarks>
/// Atomic flush keeps the files of all families at one commit; without RocksDB's log nothing else would. Keys of the large family
/// are revisions and come in ascending order, so files hardly ever overlap and move down the levels without being rewritten. A bloom filter
/// would not help, since the key index only looks up records that exist.
/// </remarks>
internal sealed record DatabaseOptions(DbOptions Database, ColumnFamilyOptions Families)
{
    /// <summary>Memtables of the large family, at most.</summary>
    internal const int WriteBuffers = 3;

    private const long CacheBytesToRead = 8 << 20;
    private const int OpenFilesToRead = 64;

    private const ulong BytesPerSync = 1 << 20;
    private const int BlockBytes = 4 << 10;

    // The library's own log keeps only the options it was opened with: failures are returned as errors, and on a full disk each log line
    // would be one more failing write.
    private const int InfoLogs = 3;
    private const int InfoLogBytes = 4 << 20;

    internal static DatabaseOptions Of(RocksDbSettings settings)
    {
        RocksDbLibrary.Require();
        var database = new DbOptions()
            .SetCreateIfMissing()
            .SetCreateMissingColumnFamilies()
            .SetParanoidChecks()
            .SetMaxOpenFiles(settings.OpenFiles)
            .SetInfoLogLevel(InfoLogLevel.Fatal)
            .SetKeepLogFileNum(InfoLogs)
            .SetMaxLogFileSize(InfoLogBytes)
            .SetBytesPerSync(BytesPerSync)
            .EnableStatistics();

        // The binding has no methods for these two.
        Native.Instance.rocksdb_options_set_atomic_flush(database.Handle, 1);
        Native.Instance.rocksdb_options_set_max_background_jobs(database.Handle, settings.BackgroundJobs);
        return new DatabaseOptions(database, FamiliesOf(settings));
    }

    /// <summary>For a few lookups in a checkpoint: little memory, and few tables are opened.</summary>
    internal static DatabaseOptions ToRead()
    {
        var options = Of(new RocksDbSettings { BlockCacheBytes = CacheBytesToRead });
        options.Database.SetCreateIfMissing(false).SetCreateMissingColumnFamilies(false).SetMaxOpenFiles(OpenFilesToRead);
        return options;
    }

    private static ColumnFamilyOptions FamiliesOf(RocksDbSettings settings)
    {
        // Index blocks count against the budget instead of growing beside it.
        var cache = Cache.CreateLru((ulong)settings.BlockCacheBytes);
        var tables = new BlockBasedTableOptions()
            .SetBlockCache(cache.Handle)
            .SetBlockSize(BlockBytes)
            .SetCacheIndexAndFilterBlocks(true);
        var families = new ColumnFamilyOptions()
            .SetWriteBufferSize((ulong)settings.WriteBufferBytes)
            .SetMaxWriteBufferNumber(WriteBuffers)
            .SetLevelCompactionDynamicLevelBytes(true)
            .SetCompression((Compression)settings.CompressionNumber);

        // Pointers, because the methods that take objects keep them through dynamic. The library itself shares what it needs.
        Native.Instance.rocksdb_options_set_block_based_table_factory(families.Handle, tables.Handle);
        GC.KeepAlive(tables);
        GC.KeepAlive(cache);
        return families;
    }
}
