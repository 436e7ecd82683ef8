namespace MetaStore.Batching.Statistics;

/// <summary>One sent batch, for display.</summary>
/// <param name="FirstId">ID of its first proposal.</param>
/// <param name="Count">Number of proposals.</param>
/// <param name="Bytes">Bytes of the entry before compression.</param>
/// <param name="Reason">Why it was sent.</param>
/// <param name="OldestWait">How long its first proposal had waited.</param>
/// <param name="At">Time since the batcher started.</param>
public readonly record struct BatchRecord(ulong FirstId, int Count, int Bytes, FlushReason Reason, TimeSpan OldestWait, TimeSpan At);
