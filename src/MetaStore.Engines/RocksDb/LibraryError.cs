using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>
/// Converts the library's error texts to <see cref="EngineException"/> with a fault that the host can map to an exit code.
/// </summary>
internal static class LibraryError
{
    /// <summary>
    /// Throws when <paramref name="error"/> is a text, and frees it; the failure handler of the database is called first.
    /// </summary>
    /// <param name="error">From the last parameter of a call; 0 when the call succeeded.</param>
    /// <param name="doing">The operation, for the message: "commit", "read in bucket Meta".</param>
    /// <param name="database">The database of the call.</param>
    internal static void ThrowOn(nint error, string doing, DatabaseHandle database)
    {
        if (error != 0)
        {
            var failed = Of(new RocksDbException(error), doing, database.Path);
            database.Fail(failed);
            throw failed;
        }
    }

    /// <summary>Converts an exception of the binding.</summary>
    /// <param name="failed">From a call of the binding.</param>
    /// <param name="doing">The operation.</param>
    /// <param name="path">The database's folder, for the message.</param>
    internal static EngineException Of(RocksDbException failed, string doing, string path) =>
        new(FaultOf(failed.Message), $"rocksdb in {path}: {doing} failed: {failed.Message}");

    /// <summary>The library's texts begin with the name of the status.</summary>
    internal static EngineFault FaultOf(string text) => text switch
    {
        _ when text.Contains("No space left", StringComparison.Ordinal) => EngineFault.DiskFull,
        _ when text.StartsWith("IO error: While lock file", StringComparison.Ordinal) => EngineFault.Locked,
        _ when text.StartsWith("IO error: lock hold by", StringComparison.Ordinal) => EngineFault.Locked,
        _ when text.Contains("No such file", StringComparison.Ordinal) => EngineFault.Damaged,
        _ when text.StartsWith("IO error", StringComparison.Ordinal) => EngineFault.Io,
        _ => EngineFault.Damaged,
    };
}
