namespace MetaStore.Server.Budgets;

/// <summary>The process's managed heap, as far as <see cref="HeapTrim"/> looks at it and acts on it. All sizes in bytes.</summary>
internal interface IManagedHeap
{
    /// <summary>Allocated since the start of the process, without what the current allocation contexts hold.</summary>
    long AllocatedBytes { get; }

    /// <summary>Alive after the last collection.</summary>
    long LivingBytes { get; }

    /// <summary>Taken from the system at the last collection.</summary>
    long CommittedBytes { get; }

    /// <summary>Begins a full collection; the other threads go on.</summary>
    void Collect();

    /// <summary>Collects, compacts and returns free memory to the system; all threads stop meanwhile.</summary>
    void Release();
}
