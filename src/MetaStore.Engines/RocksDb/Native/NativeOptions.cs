using System.Runtime.InteropServices;

namespace MetaStore.Engines.RocksDb.Native;

/// <summary>How a database is opened.</summary>
internal static partial class NativeOptions
{
    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_create")]
    internal static partial nint Create();

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_destroy")]
    internal static partial void Destroy(nint options);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_create_if_missing")]
    internal static partial void SetCreateIfMissing(OptionsHandle options, byte on);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_create_missing_column_families")]
    internal static partial void SetCreateMissingFamilies(OptionsHandle options, byte on);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_paranoid_checks")]
    internal static partial void SetParanoidChecks(OptionsHandle options, byte on);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_atomic_flush")]
    internal static partial void SetAtomicFlush(OptionsHandle options, byte on);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_write_buffer_size")]
    internal static partial void SetWriteBuffer(OptionsHandle options, nuint bytes);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_max_write_buffer_number")]
    internal static partial void SetWriteBufferCount(OptionsHandle options, int count);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_max_background_jobs")]
    internal static partial void SetBackgroundJobs(OptionsHandle options, int jobs);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_max_open_files")]
    internal static partial void SetOpenFiles(OptionsHandle options, int files);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_info_log_level")]
    internal static partial void SetInfoLogLevel(OptionsHandle options, int level);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_keep_log_file_num")]
    internal static partial void SetInfoLogsKept(OptionsHandle options, nuint count);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_max_log_file_size")]
    internal static partial void SetInfoLogBytes(OptionsHandle options, nuint bytes);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_level_compaction_dynamic_level_bytes")]
    internal static partial void SetDynamicLevels(OptionsHandle options, byte on);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_bytes_per_sync")]
    internal static partial void SetBytesPerSync(OptionsHandle options, ulong bytes);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_compression")]
    internal static partial void SetCompression(OptionsHandle options, int compression);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_enable_statistics")]
    internal static partial void EnableStatistics(OptionsHandle options);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_statistics_get_string")]
    internal static partial nint Statistics(OptionsHandle options);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_options_set_block_based_table_factory")]
    internal static partial void SetTables(OptionsHandle options, nint tableOptions);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_block_based_options_create")]
    internal static partial nint CreateTables();

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_block_based_options_destroy")]
    internal static partial void DestroyTables(nint tableOptions);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_block_based_options_set_block_cache")]
    internal static partial void SetBlockCache(nint tableOptions, nint cache);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_block_based_options_set_block_size")]
    internal static partial void SetBlockBytes(nint tableOptions, nuint bytes);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_block_based_options_set_cache_index_and_filter_blocks")]
    internal static partial void SetIndexInCache(nint tableOptions, byte on);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_cache_create_lru")]
    internal static partial nint CreateCache(nuint bytes);

    // Only lets go of the reference; the database keeps the cache as long as it is open.
    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_cache_destroy")]
    internal static partial void DestroyCache(nint cache);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_writeoptions_create")]
    internal static partial nint CreateWrite();

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_writeoptions_disable_WAL")]
    internal static partial void DisableWal(WriteOptionsHandle options, int disable);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_writeoptions_set_no_slowdown")]
    internal static partial void SetNoSlowdown(WriteOptionsHandle options, byte on);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_writeoptions_destroy")]
    internal static partial void DestroyWrite(nint options);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_compactoptions_create")]
    internal static partial nint CreateCompact();

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_compactoptions_destroy")]
    internal static partial void DestroyCompact(nint options);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_compactoptions_set_exclusive_manual_compaction")]
    internal static partial void SetCompactExclusive(nint options, byte on);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_free")]
    internal static partial void Free(nint memory);
}
