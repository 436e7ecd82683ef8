using System.Runtime.InteropServices;

namespace MetaStore.Engines.RocksDb.Native;

/// <summary>Snapshots, single lookups and the options of reads.</summary>
internal static unsafe partial class NativeRead
{
    /// <summary>Reads what is in files only; what is still in a memtable is passed over. Lookups only, not iterators.</summary>
    internal const int PersistedTier = 2;

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_create_snapshot")]
    internal static partial nint CreateSnapshot(nint database);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_release_snapshot")]
    internal static partial void ReleaseSnapshot(nint database, nint snapshot);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_get_pinned_cf")]
    internal static partial nint GetPinned(nint database, nint readOptions, nint family, byte* key, nuint keyLength, out nint error);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_pinnableslice_value")]
    [SuppressGCTransition]
    internal static partial byte* PinnedValue(nint slice, out nuint length);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_pinnableslice_destroy")]
    internal static partial void DestroyPinned(nint slice);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_readoptions_create")]
    internal static partial nint CreateReadOptions();

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_readoptions_destroy")]
    internal static partial void DestroyReadOptions(nint options);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_readoptions_set_snapshot")]
    internal static partial void SetSnapshot(nint options, nint snapshot);

    // The library keeps the pointers of both bounds: the bytes must stay where they are as long as an iterator made with them lives.
    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_readoptions_set_iterate_upper_bound")]
    internal static partial void SetUpperBound(nint options, byte* key, nuint length);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_readoptions_set_iterate_lower_bound")]
    internal static partial void SetLowerBound(nint options, byte* key, nuint length);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_readoptions_set_read_tier")]
    internal static partial void SetReadTier(nint options, int tier);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_readoptions_set_fill_cache")]
    internal static partial void SetFillCache(nint options, byte fill);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_readoptions_set_readahead_size")]
    internal static partial void SetReadAhead(nint options, nuint bytes);
}
