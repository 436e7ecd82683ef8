using System.Runtime.InteropServices;
using RocksDbSharp;
using Library = RocksDbSharp.RocksDb;

namespace MetaStore.Engines.RocksDb;

/// <summary>One open database folder with its column families. Closed when the last of its users lets go.</summary>
/// <remarks>
/// Snapshots, iterators and pinned values are only good while the database is open, so each of them holds a reference
/// (<see cref="SafeHandle.DangerousAddRef"/>) and the hot calls pass plain pointers. A clean close flushes what is in memory.
/// </remarks>
internal sealed class DatabaseHandle : SafeHandle
{
    private readonly ColumnFamilyHandle[] _families;
    private readonly uint[] _familyIds;
    private int _failures;

    private DatabaseHandle(Library database, DatabaseOptions options, string path)
        : base(0, ownsHandle: true)
    {
        SetHandle(database.Handle);
        Database = database;
        _families = [.. FamilyNames.All.Select(database.GetColumnFamily)];
        Families = [.. _families.Select(family => family.Handle)];
        _familyIds = [.. Families.Select(Native.Instance.rocksdb_column_family_handle_get_id)];
        Options = options;
        Path = path;
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The folder.</summary>
    internal string Path { get; }

    /// <summary>What it was opened with; statistics are asked of it.</summary>
    internal DatabaseOptions Options { get; }

    /// <summary>The binding's object. The caller holds a reference.</summary>
    internal Library Database { get; }

    /// <summary>Pointers to all families.</summary>
    internal nint[] Families { get; }

    /// <summary>The pointer for the hot calls. The caller holds a reference.</summary>
    internal nint Pointer => handle;

    /// <summary>Set when a newer generation has replaced this one: the folder goes when the last reader has gone.</summary>
    internal bool DeleteWhenClosed { get; set; }

    /// <summary>Is told of the first failure.</summary>
    internal Action<EngineException>? Failed { get; set; }

    /// <summary>The family that counts what concerns the database as a whole.</summary>
    internal nint DefaultFamily => Families[0];

    /// <summary>The family of a bucket.</summary>
    internal nint Family(Bucket bucket) => Families[(int)bucket + 1];

    /// <summary>The binding's object for it.</summary>
    internal ColumnFamilyHandle FamilyHandle(Bucket bucket) => _families[(int)bucket + 1];

    /// <summary>Its number in a write batch.</summary>
    internal uint FamilyId(Bucket bucket) => _familyIds[(int)bucket + 1];

    /// <summary>Opens a folder, and makes it a database when it is none.</summary>
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

    /// <summary>Opens a database that nobody else has open, without changing any of its files.</summary>
    /// <exception cref="EngineException">Damaged, or the disk refused.</exception>
    internal static DatabaseHandle OpenToRead(string path) => Open(path, DatabaseOptions.ToRead(), toWrite: false);

    private static DatabaseHandle Open(string path, DatabaseOptions options, bool toWrite)
    {
        var families = new ColumnFamilies(options.Families);
        foreach (var name in FamilyNames.All.Skip(1))
        {
            families.Add(name, options.Families);
        }

        try
        {
            var database = toWrite
                ? Library.Open(options.Database, path, families)
                : Library.OpenReadOnly(options.Database, path, families, errIfLogFileExists: false);
            return new DatabaseHandle(database, options, path);
        }
        catch (RocksDbException failed)
        {
            throw LibraryError.Of(failed, "open", path);
        }
    }

    /// <summary>Tells of a failure, if it is the first.</summary>
    internal void Fail(EngineException failure)
    {
        if (Interlocked.Exchange(ref _failures, 1) == 0)
        {
            Failed?.Invoke(failure);
        }
    }

    /// <summary>Takes a reference for something that outlives the caller's.</summary>
    internal void Acquire()
    {
        var taken = false;
        DangerousAddRef(ref taken);
    }

    /// <summary>Gives one back; the last one closes.</summary>
    internal void Release() => DangerousRelease();

    /// <summary>A property that is a number.</summary>
    /// <param name="name">The library's name of it.</param>
    /// <param name="family">One of <see cref="Families"/>.</param>
    /// <returns>Null when the library has no such property.</returns>
    internal unsafe long? Number(string name, nint family)
    {
        ulong value;
        return Native.Instance.rocksdb_property_int_cf(handle, family, name, (nint)(&value)) == 0 ? (long)value : null;
    }

    protected override bool ReleaseHandle()
    {
        Database.Dispose();
        if (DeleteWhenClosed)
        {
            Generations.TryDelete(Path);
        }

        return true;
    }
}
