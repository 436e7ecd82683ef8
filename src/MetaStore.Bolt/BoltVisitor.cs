namespace MetaStore.Bolt;

/// <summary>Receives one entry of a file; the spans are valid during the call only.</summary>
/// <param name="bucket">Name of the outermost bucket.</param>
/// <param name="key">Key in its bucket. Empty once for each outermost bucket, before its entries: no key of an entry is.</param>
/// <param name="value">Its value; empty for a bucket in a bucket, whose entries follow.</param>
public delegate void BoltVisitor(ReadOnlySpan<byte> bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);
