namespace MetaStore.Bench.Steps;

/// <summary>Half a second of a course.</summary>
/// <param name="Size">Size at which a batch leaves.</param>
/// <param name="TimeoutMs">Milliseconds after which a batch leaves.</param>
/// <param name="Load">Moving average of demand, 0 to 1.</param>
/// <param name="PutsPerBatch">Proposals per batch that left.</param>
/// <param name="PutsPerSecond">Proposals per second.</param>
/// <param name="P50Ms">Median latency of the caller that is there all the time, in milliseconds.</param>
internal sealed record StepPoint(double Size, double TimeoutMs, double Load, double PutsPerBatch, double PutsPerSecond, double P50Ms);
