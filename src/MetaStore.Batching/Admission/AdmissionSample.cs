namespace MetaStore.Batching.Admission;

/// <summary>What happened since the last look, all that a limit may be decided by.</summary>
/// <param name="Elapsed">Time since the last look.</param>
/// <param name="MostHeld">Highest number of credits in use at once.</param>
/// <param name="RatePerSecond">Moving average of answered proposals per second.</param>
/// <param name="AverageLatency">From admission to answer; zero when nothing was answered.</param>
/// <param name="MemoryLoad">Share of the available memory in use, 0 to 1.</param>
internal readonly record struct AdmissionSample(
    TimeSpan Elapsed, int MostHeld, double RatePerSecond, TimeSpan AverageLatency, double MemoryLoad);
