using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>Looks one key up and copies what it finds.</summary>
internal static class PointRead
{
    // Passes over what is still in a memtable. For lookups only, not for walks.
    private const int PersistedTier = 2;

    /// <param name="database">The caller holds a reference.</param>
    /// <param name="bucket">Where.</param>
    /// <param name="key">What.</param>
    /// <param name="fromFilesOnly">Passes over memtables: what a crash would leave.</param>
    /// <returns>Null when the key is not there.</returns>
    /// <exception cref="EngineException">The disk refused, or what was read is damaged.</exception>
    internal static byte[]? Copy(DatabaseHandle database, Bucket bucket, ReadOnlySpan<byte> key, bool fromFilesOnly)
    {
        var options = new ReadOptions();
        if (fromFilesOnly)
        {
            options.SetReadTier(PersistedTier);
        }

        try
        {
            return database.Database.Get(key, database.FamilyHandle(bucket), options);
        }
        catch (RocksDbException failed)
        {
            var error = LibraryError.Of(failed, $"read in bucket {bucket}", database.Path);
            database.Fail(error);
            throw error;
        }
        finally
        {
            // Its finalizer frees what the call reads from, and the call holds no reference.
            GC.KeepAlive(options);
        }
    }
}
