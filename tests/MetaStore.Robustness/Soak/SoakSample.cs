namespace MetaStore.Robustness.Soak;

/// <summary>What one member used at one moment.</summary>
/// <param name="Seconds">Since the start of the load.</param>
/// <param name="Member">Its name.</param>
/// <param name="ResidentBytes">Resident memory.</param>
/// <param name="HeapBytes">Managed heap, with what the collector has not collected yet.</param>
/// <param name="Descriptors">Open file descriptors.</param>
/// <param name="Threads">Threads.</param>
/// <param name="DiskBytes">Bytes of all files in the data directory.</param>
/// <param name="Files">Files in the data directory.</param>
public sealed record SoakSample(
    double Seconds, string Member, double ResidentBytes, double HeapBytes, double Descriptors, double Threads, double DiskBytes, double Files);
