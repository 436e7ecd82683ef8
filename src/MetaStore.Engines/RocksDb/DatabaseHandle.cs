using System.Runtime.InteropServices;
using MetaStore.Engines.RocksDb.Background;
using MetaStore.Engines.RocksDb.Files;
using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>One open database folder with its column families. Closed when the last reference is released.</summary>
/// <remarks>
/// Snapshots, iterators and pinned values are valid only while the database is open, so each of them holds a reference
/// (<see cref="SafeHandle.DangerousAddRef"/>) and the hot calls pass plain pointers. A clean close flushes what is in memory.
/// </remarks>
internal sealed class DatabaseHandle : SafeHandle
{
    private readonly uint[] _familyIds;
    private int _failures;

    private DatabaseHandle(nint database, nint[] families, DatabaseOptions options, string path)
        : base(0, ownsHandle: true)
    {
        SetHandle(database);
        Families = families;
        _familyIds = [.. Families.Select(Native.Instance.rocksdb_column_family_handle_get_id)];
        Options = options;
        Path = path;
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The folder.</summary>
    internal string Path { get; }

    /// <summary>The options it was opened with, which also provide the statistics.</summary>
    internal DatabaseOptions Options { get; }

    /// <summary>Pointers to all families, the default one first.</summary>
    internal nint[] Families { get; }

    /// <summary>The pointer for the hot calls. The caller holds a reference.</summary>
    internal nint Pointer => handle;

    /// <summary>Set when a newer generation has replaced this one: the folder is deleted when the last reader is done.</summary>
    internal bool DeleteWhenClosed { get; set; }

    /// <summary>Receives the first failure.</summary>
    internal Action<EngineException>? Failed { get; set; }

    /// <summary>The family that holds the counters of the whole database.</summary>
    internal nint DefaultFamily => Families[0];

    /// <summary>The family of a bucket.</summary>
    internal nint Family(Bucket bucket) => Families[(int)bucket + 1];

    /// <summary>Its number in a write batch.</summary>
    internal uint FamilyId(Bucket bucket) => _familyIds[(int)bucket + 1];

    /// <summary>Opens a folder, and creates the database if there is none.</summary>
    /// <exception cref="EngineException">Locked, damaged, or the disk refused; the library's text names the file.</exception>
    internal static DatabaseHandle Open(string path, RocksDbSettings settings)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(DiskProbe.FaultOf(refused), $"{path} cannot be made: {refused.Message}", refused);
        }

        return DiskProbe.Run(path) is { } full ? throw full : Open(path, DatabaseOptions.Of(settings), toWrite: true);
    }

    /// <summary>Opens a database that is not open elsewhere, without changing any of its files.</summary>
    /// <exception cref="EngineException">Damaged, or the disk refused.</exception>
    internal static DatabaseHandle OpenToRead(string path) => Open(path, DatabaseOptions.ToRead(), toWrite: false);

    /// <summary>
    /// Avoids the binding's RocksDb class, whose constructor starts the runtime binder of <c>dynamic</c>: 0.1 s and 8 MiB.
    /// </summary>
    private static DatabaseHandle Open(string path, DatabaseOptions options, bool toWrite)
    {
        string[] names = [.. FamilyNames.All];
        var families = new nint[names.Length];
        var familyOptions = Enumerable.Repeat(options.Families.Handle, names.Length).ToArray();
        nint error;
        var database = toWrite
            ? Native.Instance.rocksdb_open_column_families(options.Database.Handle, path, names.Length, names, familyOptions, families, out error)
            : Native.Instance.rocksdb_open_for_read_only_column_families(
                options.Database.Handle, path, names.Length, names, familyOptions, families, error_if_wal_file_exists: 0, out error);
        GC.KeepAlive(options);
        return error == 0
            ? new DatabaseHandle(database, families, options, path)
            : throw LibraryError.Of(new RocksDbException(error), "open", path);
    }

    /// <summary>Reports a failure, if it is the first.</summary>
    internal void Fail(EngineException failure)
    {
        if (Interlocked.Exchange(ref _failures, 1) == 0)
        {
            Failed?.Invoke(failure);
        }
    }

    /// <summary>Takes a reference that may outlive the caller's.</summary>
    internal void Acquire()
    {
        var taken = false;
        DangerousAddRef(ref taken);
    }

    /// <summary>Releases a reference; the last one closes.</summary>
    internal void Release() => DangerousRelease();

    /// <summary>A numeric property.</summary>
    /// <param name="name">Its name in the library.</param>
    /// <param name="family">One of <see cref="Families"/>.</param>
    /// <returns>Null when the library has no such property.</returns>
    internal unsafe long? Number(string name, nint family)
    {
        ulong value;
        return Native.Instance.rocksdb_property_int_cf(handle, family, name, (nint)(&value)) == 0 ? (long)value : null;
    }

    protected override bool ReleaseHandle()
    {
        foreach (var family in Families)
        {
            Native.Instance.rocksdb_column_family_handle_destroy(family);
        }

        Native.Instance.rocksdb_close(handle);
        if (DeleteWhenClosed)
        {
            Generations.TryDelete(Path);
        }

        return true;
    }
}
