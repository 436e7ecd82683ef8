using System.Runtime.InteropServices;

namespace MetaStore.IO.Native;

/// <summary>Keeps the process's pages in memory.</summary>
public static class MemoryLock
{
    // Pages are locked when they are first used: the collector reserves hundreds of gigabytes of address space that it never touches.
    private const int Current = 1;
    private const int Future = 2;
    private const int OnFault = 4;

    /// <summary>Locks all present and future pages.</summary>
    /// <returns>The system's reason for refusing; null on success.</returns>
    public static string? All() =>
        LibC.MlockAll(Current | Future | OnFault) == 0 ? null : Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
