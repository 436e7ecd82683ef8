using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetaStore.Engines.RocksDb.Native;

/// <summary>Finds the installed librocksdb.</summary>
/// <remarks>
/// The C functions in use have kept their signatures from 7.8 to 10, so newer sonames are accepted; the one the project is tested with
/// comes first. Source: ADR 0003.
/// </remarks>
internal static class RocksDbLibrary
{
    /// <summary>The name the imports carry; never a file.</summary>
    internal const string Name = "metastore-rocksdb";

    internal const string Package = "librocksdb7.8";

    private static readonly string[] Sonames =
    [
        "librocksdb.so.7.8", "librocksdb.so.7.9", "librocksdb.so.7.10",
        .. Enumerable.Range(0, 12).Select(minor => $"librocksdb.so.8.{minor}"),
        .. Enumerable.Range(0, 12).Select(minor => $"librocksdb.so.9.{minor}"),
        .. Enumerable.Range(0, 12).Select(minor => $"librocksdb.so.10.{minor}"),
        "librocksdb.so.8", "librocksdb.so.9", "librocksdb.so.10", "librocksdb.so",
    ];

    private static readonly Lazy<nint> Handle = new(Find);

    /// <summary>Makes the library ready for the first call.</summary>
    /// <exception cref="EngineException">It is not installed; the message names the Debian package.</exception>
    internal static void Require()
    {
        if (Handle.Value == 0)
        {
            throw Missing();
        }
    }

    /// <summary>What an operator is told when there is no library.</summary>
    internal static EngineException Missing() => new(
        EngineFault.LibraryMissing,
        NamedPath is { } path
            ? $"the storage engine \"rocksdb\" needs librocksdb, and {RocksDbEngine.LibraryVariable}={path} cannot be loaded: correct or unset it"
            : $"the storage engine \"rocksdb\" needs librocksdb, which is not installed: "
                + $"install the Debian package {Package} (apt-get install {Package}), or choose --engine memory");

    private static string? NamedPath => Environment.GetEnvironmentVariable(RocksDbEngine.LibraryVariable) is { Length: > 0 } path ? path : null;

    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(RocksDbLibrary).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name switch
    {
        Name => Handle.Value,
        LibC.Library => NativeLibrary.GetMainProgramHandle(),
        _ => 0,
    };

    private static nint Find()
    {
        // Nothing else is tried then: whoever names a library means that one.
        if (NamedPath is { } path)
        {
            return NativeLibrary.TryLoad(path, out var named) ? named : 0;
        }

        foreach (var soname in Sonames)
        {
            if (NativeLibrary.TryLoad(soname, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
