using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>
/// The state after one commit, shared by every view that is opened before the next commit: a read needs no snapshot of its own.
/// </summary>
/// <remarks>Holds the database open. Thread: any.</remarks>
internal sealed class SharedSnapshot
{
    private int _references = 1;

    /// <summary>Takes the snapshot. The first reference belongs to the caller.</summary>
    internal SharedSnapshot(DatabaseHandle database)
    {
        database.Acquire();
        Database = database;
        Snapshot = Native.Instance.rocksdb_create_snapshot(database.Pointer);
        ReadOptions = Native.Instance.rocksdb_readoptions_create();
        Native.Instance.rocksdb_readoptions_set_snapshot(ReadOptions, Snapshot);
    }

    internal DatabaseHandle Database { get; }

    internal nint Snapshot { get; }

    /// <summary>Options of single lookups. The binding's object would be freed by its finalizer, and there may be one per commit.</summary>
    internal nint ReadOptions { get; }

    /// <summary>False when the last reference was released already.</summary>
    internal bool TryAcquire()
    {
        for (var seen = Volatile.Read(ref _references); seen > 0; seen = Volatile.Read(ref _references))
        {
            if (Interlocked.CompareExchange(ref _references, seen + 1, seen) == seen)
            {
                return true;
            }
        }

        return false;
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Native.Instance.rocksdb_readoptions_destroy(ReadOptions);
            Native.Instance.rocksdb_release_snapshot(Database.Pointer, Snapshot);
            Database.Release();
        }
    }
}
