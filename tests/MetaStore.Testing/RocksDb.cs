using MetaStore.Engines;
using Xunit;

namespace MetaStore.Testing;

/// <summary>Whether this machine can run RocksDB.</summary>
public static class RocksDb
{
    private static readonly Lazy<string?> Missing = new(WhyMissing);

    /// <summary>Skips the test when the engine's library is not installed; any other engine passes. For tests marked Skippable.</summary>
    public static void SkipWithoutLibrary(string engine = "rocksdb") => Skip.If(engine == "rocksdb" && Missing.Value is not null, Missing.Value);

    private static string? WhyMissing()
    {
        var folder = Directory.CreateTempSubdirectory("metastore-library-");
        try
        {
            EngineFactory.Open("rocksdb", Path.Combine(folder.FullName, "engine")).Dispose();
            return null;
        }
        catch (EngineException missing) when (missing.Fault == EngineFault.LibraryMissing)
        {
            return missing.Message;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
