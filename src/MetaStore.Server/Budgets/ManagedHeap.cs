namespace MetaStore.Server.Budgets;

/// <summary>The managed heap of this process.</summary>
internal sealed class ManagedHeap : IManagedHeap
{
    /// <inheritdoc/>
    public long AllocatedBytes => GC.GetTotalAllocatedBytes(precise: false);

    /// <inheritdoc/>
    public long LivingBytes
    {
        get
        {
            GCMemoryInfo last = GC.GetGCMemoryInfo(GCKind.Any);
            return last.HeapSizeBytes - last.FragmentedBytes;
        }
    }

    /// <inheritdoc/>
    public long CommittedBytes => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;

    /// <inheritdoc/>
    public void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false, compacting: false);

    /// <inheritdoc/>
    public void Release() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
