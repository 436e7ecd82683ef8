namespace MetaStore.Server.Budgets;

/// <summary>The process's managed heap as <see cref="HeapTrim"/> needs it. All sizes in bytes.</summary>
internal interface IManagedHeap
{
    /// <summary>Bytes allocated since the process started, excluding what the current allocation contexts hold.</summary>
    long AllocatedBytes { get; }

    /// <summary>Live bytes after the last collection.</summary>
    long LivingBytes { get; }

    /// <summary>Bytes committed by the operating system at the last collection.</summary>
    long CommittedBytes { get; }

    /// <summary>Starts a full background collection.</summary>
    void Collect();

    /// <summary>Collects, compacts and returns free memory to the system; all threads are stopped meanwhile.</summary>
    void Release();
}
