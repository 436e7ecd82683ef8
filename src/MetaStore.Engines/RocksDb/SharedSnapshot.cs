using MetaStore.Engines.RocksDb.Native;

namespace MetaStore.Engines.RocksDb;

/// <summary>The state after one commit, shared by every view that is opened before the next one: a read costs no snapshot of its own.</summary>
/// <remarks>Holds the database open. Thread: any.</remarks>
internal sealed class SharedSnapshot
{
    private readonly nint _snapshot;
    private int _references = 1;

    /// <summary>Takes the snapshot. The first reference is the caller's.</summary>
    internal SharedSnapshot(DatabaseHandle database)
    {
        database.Acquire();
        Database = database;
        _snapshot = NativeRead.CreateSnapshot(database.Pointer);
        ReadOptions = NewReadOptions();
    }

    internal DatabaseHandle Database { get; }

    /// <summary>Options of single lookups.</summary>
    internal nint ReadOptions { get; }

    /// <summary>Options for a walk, which have bounds of their own; the caller destroys them.</summary>
    internal nint NewReadOptions()
    {
        var options = NativeRead.CreateReadOptions();
        NativeRead.SetSnapshot(options, _snapshot);
        return options;
    }

    /// <summary>False when the last reference is gone already.</summary>
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
            NativeRead.DestroyReadOptions(ReadOptions);
            NativeRead.ReleaseSnapshot(Database.Pointer, _snapshot);
            Database.Release();
        }
    }
}
