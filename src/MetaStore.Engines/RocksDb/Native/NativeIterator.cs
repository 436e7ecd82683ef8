using System.Runtime.InteropServices;

namespace MetaStore.Engines.RocksDb.Native;

/// <summary>Iterators. Moves may read from the disk; asking for the position only follows a pointer and skips the runtime's transition.</summary>
internal static unsafe partial class NativeIterator
{
    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_create_iterator_cf")]
    internal static partial nint Create(nint database, nint readOptions, nint family);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_iter_destroy")]
    internal static partial void Destroy(nint iterator);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_iter_seek")]
    internal static partial void Seek(nint iterator, byte* key, nuint length);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_iter_seek_to_first")]
    internal static partial void SeekToFirst(nint iterator);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_iter_seek_to_last")]
    internal static partial void SeekToLast(nint iterator);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_iter_next")]
    internal static partial void Next(nint iterator);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_iter_prev")]
    internal static partial void Previous(nint iterator);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_iter_valid")]
    [SuppressGCTransition]
    internal static partial byte IsValid(nint iterator);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_iter_key")]
    [SuppressGCTransition]
    internal static partial byte* Key(nint iterator, out nuint length);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_iter_value")]
    [SuppressGCTransition]
    internal static partial byte* Value(nint iterator, out nuint length);

    [LibraryImport(RocksDbLibrary.Name, EntryPoint = "rocksdb_iter_get_error")]
    internal static partial void Error(nint iterator, out nint error);
}
