namespace MetaStore.Batching.Statistics;

/// <summary>Batches by flush reason.</summary>
public readonly record struct FlushCounts(long Size, long Bytes, long Timeout, long Idle, long Drain);
