using MetaStore.Engines.RocksDb.Native;

namespace MetaStore.Engines.RocksDb;

/// <summary>Looks one key up and copies what it finds.</summary>
internal static class PointRead
{
    /// <param name="database">The caller holds a reference.</param>
    /// <param name="bucket">Where.</param>
    /// <param name="key">What.</param>
    /// <param name="fromFilesOnly">Passes over memtables: what a crash would leave.</param>
    /// <returns>Null when the key is not there.</returns>
    internal static unsafe byte[]? Copy(DatabaseHandle database, Bucket bucket, ReadOnlySpan<byte> key, bool fromFilesOnly)
    {
        var options = NativeRead.CreateReadOptions();
        try
        {
            if (fromFilesOnly)
            {
                NativeRead.SetReadTier(options, NativeRead.PersistedTier);
            }

            nint slice, error;
            fixed (byte* bytes = key)
            {
                slice = NativeRead.GetPinned(database.Pointer, options, database.Family(bucket), bytes, (nuint)key.Length, out error);
            }

            NativeError.ThrowOn(error, $"read in bucket {bucket}", database);
            if (slice == 0)
            {
                return null;
            }

            var value = new ReadOnlySpan<byte>(NativeRead.PinnedValue(slice, out var length), (int)length).ToArray();
            NativeRead.DestroyPinned(slice);
            return value;
        }
        finally
        {
            NativeRead.DestroyReadOptions(options);
        }
    }
}
