using System.Runtime.InteropServices;

namespace MetaStore.Engines.RocksDb.Native;

/// <summary>Opening, writing, checkpoints, compaction and properties of a database.</summary>
internal static unsafe partial class NativeDatabase
{
    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_open_column_families", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Open(
        OptionsHandle options, string path, int count, byte** names, nint* familyOptions, nint* families, out nint error);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_open_for_read_only_column_families", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint OpenToRead(
        OptionsHandle options, string path, int count, byte** names, nint* familyOptions, nint* families, byte failWhenLogIsThere, out nint error);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_close")]
    internal static partial void Close(nint database);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_column_family_handle_destroy")]
    internal static partial void DestroyFamily(nint family);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_column_family_handle_get_id")]
    internal static partial uint FamilyId(nint family);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_write")]
    internal static partial void Write(nint database, WriteOptionsHandle options, nint batch, out nint error);

    // Copies the representation; see BatchEncoder for its bytes.
    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_writebatch_create_from")]
    internal static partial nint CreateBatch(byte* representation, nuint length);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_writebatch_destroy")]
    internal static partial void DestroyBatch(nint batch);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_checkpoint_object_create")]
    internal static partial nint CreateCheckpointObject(nint database, out nint error);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_checkpoint_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void CreateCheckpoint(nint checkpoint, string folder, ulong logBytesForFlush, out nint error);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_checkpoint_object_destroy")]
    internal static partial void DestroyCheckpointObject(nint checkpoint);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_compact_range_cf_opt")]
    internal static partial void CompactRange(
        nint database, nint family, nint compactOptions, byte* from, nuint fromLength, byte* to, nuint toLength);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_disable_manual_compaction")]
    internal static partial void DisableManualCompaction(nint database);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_enable_manual_compaction")]
    internal static partial void EnableManualCompaction(nint database);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_property_int_cf", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Property(nint database, nint family, string name, out ulong value);
}
