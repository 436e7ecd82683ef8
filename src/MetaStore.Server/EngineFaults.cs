using MetaStore.Engines;
using MetaStore.IO;

namespace MetaStore.Server;

/// <summary>Exit codes for faults of engines.</summary>
internal static class EngineFaults
{
    /// <param name="fault">The reported fault.</param>
    /// <param name="atStart">A disk that is full at startup has another code than one that fills up later.</param>
    public static int ExitCodeOf(EngineFault fault, bool atStart) => fault switch
    {
        EngineFault.Io => ExitCodes.IoError,
        EngineFault.DiskFull => atStart ? ExitCodes.DiskFull : ExitCodes.IoError,
        EngineFault.Locked => ExitCodes.DirectoryLocked,
        EngineFault.LibraryMissing or EngineFault.WrongEngine => ExitCodes.BadConfiguration,
        _ => ExitCodes.StateCorrupt,
    };
}
