using Google.Protobuf;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Migration;

/// <summary>A key that two clusters do not have alike.</summary>
/// <param name="Key">The key.</param>
/// <param name="Source">What the source has; null when only the target has the key.</param>
internal sealed record KeyDifference(ByteString Key, KeyValue? Source);
