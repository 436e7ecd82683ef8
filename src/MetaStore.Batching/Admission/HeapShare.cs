namespace MetaStore.Batching.Admission;

/// <summary>The managed heap against what the process may use: the machine's memory, the container's or that of DOTNET_GCHeapHardLimit.</summary>
internal static class HeapShare
{
    private static readonly double _available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>0 to 1, garbage included; costs no collection and no allocation.</summary>
    public static double Current() => GC.GetTotalMemory(forceFullCollection: false) / _available;
}
