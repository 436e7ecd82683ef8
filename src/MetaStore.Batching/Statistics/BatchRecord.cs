namespace MetaStore.Batching.Statistics;

/// <summary>One finished batch, as shown to people.</summary>
/// <param name="FirstId">Id of its first proposal.</param>
/// <param name="Count">Proposals in it.</param>
/// <param name="Bytes">Of the encoded entry, before compression.</param>
/// <param name="Reason">What sent it off.</param>
/// <param name="OldestWait">How long its first proposal had waited.</param>
/// <param name="At">Time since the batcher started.</param>
public readonly record struct BatchRecord(ulong FirstId, int Count, int Bytes, FlushReason Reason, TimeSpan OldestWait, TimeSpan At);
