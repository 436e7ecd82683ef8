namespace MetaStore.Batching.Admission;

/// <summary>Measurements since the last check, the only input of the limit.</summary>
/// <param name="Elapsed">Time since the last check.</param>
/// <param name="MostHeld">Highest number of credits in use at once.</param>
/// <param name="RatePerSecond">Moving average of completed proposals per second.</param>
/// <param name="AverageLatency">From admission to completion; zero when nothing was completed.</param>
/// <param name="MemoryLoad">Fraction of the available memory in use, 0 to 1.</param>
internal readonly record struct AdmissionSample(
    TimeSpan Elapsed, int MostHeld, double RatePerSecond, TimeSpan AverageLatency, double MemoryLoad);
