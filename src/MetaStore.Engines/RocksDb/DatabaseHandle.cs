using System.Runtime.InteropServices;
using MetaStore.Engines.RocksDb.Native;

namespace MetaStore.Engines.RocksDb;

/// <summary>One open database folder with its column families. Closed when the last of its users lets go.</summary>
/// <remarks>
/// Snapshots, iterators and pinned values are only good while the database is open, so each of them holds a reference
/// (<see cref="SafeHandle.DangerousAddRef"/>) and the hot calls pass plain pointers. A clean close flushes what is in memory.
/// </remarks>
internal sealed class DatabaseHandle : SafeHandle
{
    private readonly nint[] _families;
    private readonly uint[] _familyIds;
    private int _failures;

    private DatabaseHandle(nint database, nint[] families, OptionsHandle options, string path)
        : base(0, ownsHandle: true)
    {
        SetHandle(database);
        _families = families;
        _familyIds = [.. families.Select(NativeDatabase.FamilyId)];
        Options = options;
        Path = path;
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The folder.</summary>
    internal string Path { get; }

    /// <summary>What it was opened with; statistics are asked of it.</summary>
    internal OptionsHandle Options { get; }

    /// <summary>The pointer for the hot calls. The caller holds a reference.</summary>
    internal nint Pointer => handle;

    /// <summary>Set when a newer generation has replaced this one: the folder goes when the last reader has gone.</summary>
    internal bool DeleteWhenClosed { get; set; }

    /// <summary>Is told of the first failure.</summary>
    internal Action<EngineException>? Failed { get; set; }

    /// <summary>The family that counts what concerns the database as a whole.</summary>
    internal nint DefaultFamily => _families[0];

    /// <summary>The family of a bucket.</summary>
    internal nint Family(Bucket bucket) => _families[(int)bucket + 1];

    /// <summary>Its number in a write batch.</summary>
    internal uint FamilyId(Bucket bucket) => _familyIds[(int)bucket + 1];

    /// <summary>Opens a folder, and makes it a database when it is none.</summary>
    /// <exception cref="EngineException">Locked, damaged, or the disk refused; the library's text names the file.</exception>
    internal static DatabaseHandle Open(string path, RocksDbSettings settings) =>
        DiskProbe.Run(path) is { } refused ? throw refused : Open(path, DatabaseOptions.Create(settings), toWrite: true);

    /// <summary>Opens a database that nobody else has open, without changing any of its files.</summary>
    /// <exception cref="EngineException">Damaged, or the disk refused.</exception>
    internal static DatabaseHandle OpenToRead(string path) => Open(path, DatabaseOptions.CreateToRead(), toWrite: false);

    private static unsafe DatabaseHandle Open(string path, OptionsHandle options, bool toWrite)
    {
        var count = FamilyNames.All.Count;
        var names = stackalloc byte*[count];
        var familyOptions = stackalloc nint[count];
        var families = new nint[count];
        try
        {
            for (var i = 0; i < count; i++)
            {
                names[i] = (byte*)Marshal.StringToCoTaskMemUTF8(FamilyNames.All[i]);
                familyOptions[i] = options.DangerousGetHandle();
            }

            fixed (nint* opened = families)
            {
                nint error;
                var database = toWrite
                    ? NativeDatabase.Open(options, path, count, names, familyOptions, opened, out error)
                    : NativeDatabase.OpenToRead(options, path, count, names, familyOptions, opened, failWhenLogIsThere: 0, out error);
                NativeError.ThrowOn(error, "open", path);
                return new DatabaseHandle(database, families, options, path);
            }
        }
        catch
        {
            options.Dispose();
            throw;
        }
        finally
        {
            for (var i = 0; i < count; i++)
            {
                Marshal.FreeCoTaskMem((nint)names[i]);
            }
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

    protected override bool ReleaseHandle()
    {
        foreach (var family in _families)
        {
            NativeDatabase.DestroyFamily(family);
        }

        NativeDatabase.Close(handle);
        Options.Dispose();
        if (DeleteWhenClosed)
        {
            Generations.TryDelete(Path);
        }

        return true;
    }
}
