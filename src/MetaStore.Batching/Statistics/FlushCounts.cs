namespace MetaStore.Batching.Statistics;

/// <summary>Batches by what sent them off.</summary>
public readonly record struct FlushCounts(long Size, long Bytes, long Timeout, long Idle, long Drain);
