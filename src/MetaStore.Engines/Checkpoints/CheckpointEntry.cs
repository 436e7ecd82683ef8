namespace MetaStore.Engines.Checkpoints;

/// <summary>Receives one entry of a checkpoint; the spans are valid during the call only.</summary>
public delegate void CheckpointEntry(Bucket bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);
