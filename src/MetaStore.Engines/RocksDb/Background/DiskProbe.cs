
namespace MetaStore.Engines.RocksDb.Background;

/// <summary>Tests the disk directly: writes and syncs a small file and removes it.</summary>
/// <remarks>
/// Runs before opening, and before a flush, which on a full disk would leave a database that has to be closed; and when the library reports
/// a failure without a cause.
/// </remarks>
internal static class DiskProbe
{
    private const string Name = "probe.tmp";
    private const int Bytes = 256 << 10;
    private const int NoSpace = 28;

    /// <param name="folder">Must exist: a missing folder is an error and is not created again under an open database.</param>
    /// <returns>The error of the disk; null when there was none.</returns>
    internal static EngineException? Run(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(file, new byte[Bytes], fileOffset: 0);
            }

            LibC.Sync(path);
            File.Delete(path);
            return null;
        }
        catch (EngineException refused)
        {
            return refused;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Remove(path);
            return new EngineException(FaultOf(refused), $"{Bytes >> 10} KiB cannot be written to {path}: {refused.Message}", refused);
        }
    }

    /// <summary>Kind of a file system error.</summary>
    internal static EngineFault FaultOf(Exception refused) => refused.HResult == NoSpace ? EngineFault.DiskFull : EngineFault.Io;

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The next probe overwrites it.
        }
    }
}
