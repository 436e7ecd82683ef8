using System.Runtime.InteropServices;

namespace MetaStore.Engines.RocksDb.Native;

/// <summary>Turns the library's error texts into <see cref="EngineException"/> with a fault that the host can map to an exit code.</summary>
internal static class NativeError
{
    /// <summary>Throws when <paramref name="error"/> is a text, and frees it.</summary>
    /// <param name="error">From the last parameter of a call; 0 when the call succeeded.</param>
    /// <param name="doing">What was tried, for the message: "commit", "read of bucket Meta".</param>
    /// <param name="path">The database's folder, for the message.</param>
    internal static void ThrowOn(nint error, string doing, string path)
    {
        if (error == 0)
        {
            return;
        }

        var text = Marshal.PtrToStringUTF8(error) ?? "";
        NativeOptions.Free(error);
        throw new EngineException(FaultOf(text), $"rocksdb in {path}: {doing} failed: {text}");
    }

    /// <summary>As above, for a call on an open database: who watches over it is told first.</summary>
    internal static void ThrowOn(nint error, string doing, DatabaseHandle database)
    {
        try
        {
            ThrowOn(error, doing, database.Path);
        }
        catch (EngineException failed)
        {
            database.Fail(failed);
            throw;
        }
    }

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
