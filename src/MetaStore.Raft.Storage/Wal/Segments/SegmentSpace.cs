using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>A durable file of the right length that becomes the next segment.</summary>
/// <param name="Path">Its present name; no segment's name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Before">Tags of its last use; null when it is filled with zeros.</param>
internal sealed record SegmentSpace(string Path, long Bytes, SectorTags? Before);
