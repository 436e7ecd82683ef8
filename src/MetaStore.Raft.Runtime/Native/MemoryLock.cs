using System.Runtime.InteropServices;

namespace MetaStore.Raft.Runtime.Native;

/// <summary>Keeps the process's pages in memory.</summary>
public static class MemoryLock
{
    // Pages are kept once they are used: the collector reserves hundreds of gigabytes of addresses that it never touches.
    private const int Current = 1;
    private const int Future = 2;
    private const int OnFault = 4;

    /// <summary>Asks for it, for all pages of now and later.</summary>
    /// <returns>Why the system refuses; null when it does not.</returns>
    public static string? All() =>
        LibC.MlockAll(Current | Future | OnFault) == 0 ? null : Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
