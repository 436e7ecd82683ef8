namespace MetaStore.Bench.Bulk;

/// <summary>What one server showed with many keys in it.</summary>
/// <param name="FillSeconds">Time to load them.</param>
/// <param name="DiskBytes">Blocks of the data directory on disk, after the load and a defragmentation.</param>
/// <param name="LoadedResident">Resident memory after the load and the measured calls.</param>
/// <param name="OpenSeconds">From the start of the process until a linearizable read is answered, after a clean stop.</param>
/// <param name="KilledOpenSeconds">The same after kill -9.</param>
/// <param name="OpenProcessor">Processor time of the process by then, after a clean stop.</param>
/// <param name="OpenResident">Resident memory right after that start.</param>
/// <param name="OpenAnonymous">The part of it that no file stands behind: what the machine really has to give.</param>
/// <param name="Puts">Overwrites a second, 1000 in flight.</param>
/// <param name="ProcessorPerPut">The server's processor time for each, microseconds.</param>
/// <param name="Gets">Linearizable reads of random keys a second, 1000 in flight.</param>
/// <param name="ProcessorPerGet">The server's processor time for each, microseconds.</param>
internal sealed record BulkFigures(
    double FillSeconds, long DiskBytes, long LoadedResident, double OpenSeconds, double KilledOpenSeconds, double OpenProcessor, long OpenResident,
    long OpenAnonymous, double Puts, double ProcessorPerPut, double Gets, double ProcessorPerGet);
