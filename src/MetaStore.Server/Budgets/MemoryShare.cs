namespace MetaStore.Server.Budgets;

/// <summary>Default memory budgets, as a share of the process's memory.</summary>
internal static class MemoryShare
{
    private const long Least = 32L << 20;

    /// <summary>A quarter of the memory available to the runtime: the limit of the heap or of the container when there is one, else the machine's memory.</summary>
    public static long ForResponses(long configured) =>
        configured > 0 ? configured : Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, Least);

    /// <summary>256 MiB, or an eighth of the available memory when that is less.</summary>
    public static long ForWatches(long configured) =>
        configured > 0 ? configured : Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8, Least, 256 << 20);
}
