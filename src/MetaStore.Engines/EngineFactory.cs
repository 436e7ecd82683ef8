using System.Diagnostics.CodeAnalysis;
using MetaStore.Engines.Memory;
using MetaStore.Engines.PageFiles;
using MetaStore.Engines.RocksDb;

namespace MetaStore.Engines;

/// <summary>Creates the engine that the configuration names.</summary>
public static class EngineFactory
{
    /// <summary>Engine names, as the configuration spells them.</summary>
    public static IReadOnlyList<string> Names { get; } = [MemoryEngine.EngineName, RocksDbEngine.EngineName];

    /// <summary>Opens an engine.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="directory">Folder for the files of an engine; the memory engine ignores it.</param>
    /// <param name="rocksDb">Settings of that engine; its defaults when null.</param>
    /// <param name="pages">Where the memory engine keeps pages that no longer change; null to keep everything in memory.</param>
    /// <exception cref="EngineException">No engine has that name, or its files are damaged.</exception>
    [RequiresDynamicCode(RocksDbEngine.NeedsDynamicCode)]
    public static IStorageEngine Open(string name, string directory, RocksDbSettings? rocksDb = null, PageFolder? pages = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return name switch
        {
            MemoryEngine.EngineName => new MemoryEngine(pages),
            RocksDbEngine.EngineName => RocksDbEngine.Open(directory, rocksDb ?? new RocksDbSettings()),
            _ => throw new EngineException(
                EngineFault.WrongEngine, $"there is no storage engine \"{name}\"; known: {string.Join(", ", Names)}"),
        };
    }
}
