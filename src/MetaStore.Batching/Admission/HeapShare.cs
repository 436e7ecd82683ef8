namespace MetaStore.Batching.Admission;

/// <summary>Size of the managed heap relative to the available memory: of the machine, the container or DOTNET_GCHeapHardLimit.</summary>
internal static class HeapShare
{
    private static readonly double _available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>0 to 1, including garbage; costs no collection and no allocation.</summary>
    public static double Current() => GC.GetTotalMemory(forceFullCollection: false) / _available;
}
