using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>Looks one key up and copies its value.</summary>
internal static class PointRead
{
    // Skips memtables. For lookups only, not for iterators.
    private const int PersistedTier = 2;

    /// <param name="database">The caller holds a reference.</param>
    /// <param name="bucket">Bucket to read.</param>
    /// <param name="key">Key to find.</param>
    /// <param name="fromFilesOnly">Skips memtables: reads what a crash would leave.</param>
    /// <returns>Null when the key is not there.</returns>
    /// <exception cref="EngineException">The disk refused, or what was read is damaged.</exception>
    internal static unsafe byte[]? Copy(DatabaseHandle database, Bucket bucket, ReadOnlySpan<byte> key, bool fromFilesOnly)
    {
        var options = new ReadOptions();
        if (fromFilesOnly)
        {
            options.SetReadTier(PersistedTier);
        }

        nint slice, error;
        fixed (byte* bytes = key)
        {
            slice = Native.Instance.rocksdb_get_pinned_cf(database.Pointer, options.Handle, database.Family(bucket), bytes, (nuint)key.Length, out error);
        }

        // Its finalizer would free memory that the call reads from, and the call holds no reference.
        GC.KeepAlive(options);
        LibraryError.ThrowOn(error, $"read in bucket {bucket}", database);
        if (slice == 0)
        {
            return null;
        }

        var value = new ReadOnlySpan<byte>((void*)Native.Instance.rocksdb_pinnableslice_value(slice, out var length), (int)length).ToArray();
        Native.Instance.rocksdb_pinnableslice_destroy(slice);
        return value;
    }
}
