using MetaStore.Engines;
using MetaStore.IO;

namespace MetaStore.Server;

/// <summary>Exit codes for what engines report.</summary>
internal static class EngineFaults
{
    /// <param name="fault">What the engine said.</param>
    /// <param name="atStart">A full disk at the start is told apart from one that fills up while running.</param>
    public static int ExitCodeOf(EngineFault fault, bool atStart) => fault switch
    {
        EngineFault.Io => ExitCodes.IoError,
        EngineFault.DiskFull => atStart ? ExitCodes.DiskFull : ExitCodes.IoError,
        EngineFault.Locked => ExitCodes.DirectoryLocked,
        EngineFault.LibraryMissing or EngineFault.WrongEngine => ExitCodes.BadConfiguration,
        _ => ExitCodes.StateCorrupt,
    };
}
