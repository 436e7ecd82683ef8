using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>The settings in the library's words, the same for every column family.</summary>
/// <param name="Database">What concerns the database; its statistics are asked for later.</param>
/// <param name="Families">What concerns each of its families.</param>
/// <remarks>
/// Atomic flush makes the files of all families one cut of one commit: without RocksDB's log nothing else would. Keys of the large family
/// are revisions and come in ascending order, so files hardly ever overlap and move down the levels without being rewritten; a filter
/// would answer a question nobody asks, since the key index names only records that are there.
/// </remarks>
internal sealed record DatabaseOptions(DbOptions Database, ColumnFamilyOptions Families)
{
    /// <summary>Memtables of the large family, at most.</summary>
    internal const int WriteBuffers = 3;

    private const long CacheBytesToRead = 8 << 20;
    private const int OpenFilesToRead = 64;

    private const ulong BytesPerSync = 1 << 20;
    private const int BlockBytes = 4 << 10;

    // The library's own log keeps the options it was opened with and nothing else: what fails comes back as an error, and on a full disk
    // each of its lines is one more write that fails.
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

    /// <summary>For a few lookups in a checkpoint: hardly any memory, and not every table is opened.</summary>
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

        // By handles: the methods that take objects keep them through dynamic. The library itself shares what it needs.
        Native.Instance.rocksdb_options_set_block_based_table_factory(families.Handle, tables.Handle);
        GC.KeepAlive(tables);
        GC.KeepAlive(cache);
        return families;
    }
}
