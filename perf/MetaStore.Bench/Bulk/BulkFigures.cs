namespace MetaStore.Bench.Bulk;

/// <summary>Results of one server with many keys.</summary>
/// <param name="FillSeconds">Time to load them.</param>
/// <param name="DiskBytes">Disk usage of the data directory, after the load and a defragmentation.</param>
/// <param name="LoadedResident">Resident memory after the load and the measured calls.</param>
/// <param name="OpenSeconds">From the start of the process to the first linearizable read, after a clean stop.</param>
/// <param name="KilledOpenSeconds">The same after kill -9.</param>
/// <param name="OpenProcessor">Processor time of the process until then, after a clean stop.</param>
/// <param name="OpenResident">Resident memory directly after that start.</param>
/// <param name="OpenAnonymous">The part of it that is not backed by a file, which the machine cannot reclaim.</param>
/// <param name="Puts">Overwrites per second, 1000 in flight.</param>
/// <param name="ProcessorPerPut">The server's processor time for each, microseconds.</param>
/// <param name="Gets">Linearizable reads of random keys per second, 1000 in flight.</param>
/// <param name="ProcessorPerGet">The server's processor time for each, microseconds.</param>
internal sealed record BulkFigures(
    double FillSeconds, long DiskBytes, long LoadedResident, double OpenSeconds, double KilledOpenSeconds, double OpenProcessor, long OpenResident,
    long OpenAnonymous, double Puts, double ProcessorPerPut, double Gets, double ProcessorPerGet);
