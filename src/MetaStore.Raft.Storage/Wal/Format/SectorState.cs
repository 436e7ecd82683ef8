namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>What the tag at a sector's end says about the sector, in a segment of format 2.</summary>
internal enum SectorState
{
    /// <summary>Written completely since the segment got its header.</summary>
    Written = 0,

    /// <summary>Zeros, or content of an earlier use of the file: no write since then reached the end of the sector.</summary>
    Unwritten = 1,

    /// <summary>A write stopped inside the sector: content without a tag, or a tag of which only the first bytes are new.</summary>
    Partial = 2,

    /// <summary>A tag that this file never had: the sector was damaged, or bytes were moved.</summary>
    Unknown = 3,
}
